// SPDX-License-Identifier: MIT
//
// A stand-in for the OpenAI API, as far as the tests use it: chat completions, whole and streamed,
// with usage; a model named "broken" answers an error. Loopback only, port of the system's choice,
// printed as "listening on port N"; ends when its standard input closes.
import { createServer } from "node:http";

const USAGE = {
    prompt_tokens: 20,
    completion_tokens: 5,
    total_tokens: 25,
    prompt_tokens_details: { cached_tokens: 8 },
};
const TEXT = "Paris is the capital.";

function chunk(model, delta, finish, more) {
    return {
        id: "chatcmpl-1", object: "chat.completion.chunk", created: 1780000000, model,
        choices: [{ index: 0, delta, finish_reason: finish }], ...more,
    };
}

function stream(res, body) {
    res.writeHead(200, { "content-type": "text/event-stream" });
    const send = (x) => res.write(`data: ${JSON.stringify(x)}\n\n`);
    send(chunk(body.model, { role: "assistant", content: "" }, null));
    for (const word of TEXT.split(/(?<= )/)) send(chunk(body.model, { content: word }, null));
    send(chunk(body.model, {}, "stop"));
    if (body.stream_options?.include_usage)
        send({ ...chunk(body.model, {}, null), choices: [], usage: USAGE });
    res.end("data: [DONE]\n\n");
}

function answer(res, status, value) {
    res.writeHead(status, { "content-type": "application/json" });
    res.end(JSON.stringify(value));
}

const server = createServer(async (req, res) => {
    let text = "";
    for await (const part of req) text += part;
    if (req.method !== "POST" || !req.url.endsWith("/chat/completions"))
        return answer(res, 404, { error: { message: "unknown address", type: "not_found" } });
    const body = JSON.parse(text);
    if (body.model === "broken")
        return answer(res, 400, { error: { message: "the model is broken", type: "bad_model" } });
    if (body.stream) return stream(res, body);
    answer(res, 200, {
        id: "chatcmpl-1", object: "chat.completion", created: 1780000000, model: body.model,
        choices: [{
            index: 0, finish_reason: "stop", message: { role: "assistant", content: TEXT },
        }],
        usage: USAGE,
    });
});

server.listen(0, "127.0.0.1", () => console.log(`listening on port ${server.address().port}`));
process.stdin.resume().on("end", () => process.exit(0));
