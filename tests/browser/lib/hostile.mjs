// SPDX-License-Identifier: MIT
//
// A corpus of hostile texts, what holds them, and whether a page took one of them for more than text.
import { expect } from "@playwright/test";
import { observation, score, trace } from "./server.mjs";
import { ORIGIN } from "./traces.mjs";

/** Texts that would run, load or deceive if any field were taken for more than text. */
export const HOSTILE = [
  "<script>window.__xss=1</script>",
  '<img src=x onerror="window.__xss=1">',
  '"><svg onload=window.__xss=1>',
  "[click](javascript:window.__xss=1)",
  "![pixel](http://evil.example/pixel.png)",
  '<a href="javascript:window.__xss=1">x</a>',
  '<iframe srcdoc="<script>parent.__xss=1</script>"></iframe>',
  "[ref]: javascript:window.__xss=1\n\n[ref]",
  "<javascript:window.__xss=1>",
  "[data](data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+)",
  "[relative](/api/ui/auth/sign-out)",
  "<style>*{display:none}</style>",
  "<base href=http://evil.example/>",
  '<form action="http://evil.example"><button>x</button></form>',
  "</script><script>window.__xss=1</script>",
  "<!--<script>window.__xss=1",
  "&lt;img src=x onerror=window.__xss=1&gt;",
  "{name, plural, other {<b onclick=window.__xss=1>#</b>}} {0} \u2028",
  "\u202egpj.exe",
];

/** A trace in which every field holds hostile text. */
export function hostile(id) {
  const kinds = ["SPAN", "GENERATION", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL"];
  const all = HOSTILE.join("\n\n");
  const text = (i) => HOSTILE[i % HOSTILE.length];
  const members = Object.fromEntries(HOSTILE.map((each) => [each, each]));
  const messages = ["system", "user", "assistant"].map((role) => ({
    role,
    content: [...HOSTILE.map((each) => ({ type: "text", text: each })), { type: "image_url", image_url: { url: "http://evil.example/p.png" } }, { type: "image_url", image_url: { url: "javascript:window.__xss=1" } }],
  }));
  const calls = HOSTILE.map((each, k) => ({ id: `c${k}`, type: "function", function: { name: each, arguments: each } }));
  return [
    trace({ id, name: text(1), userId: text(2).slice(0, 180), sessionId: "hostile", tags: HOSTILE.slice(0, 4), version: text(0), release: text(1), timestamp: new Date(ORIGIN).toISOString(), input: all, output: members, metadata: members }),
    ...kinds.map((kind, i) =>
      observation(ORIGIN, {
        id: `${id}-${i}`, traceId: id, kind, name: text(i), start: i * 10, duration: 100, version: text(i), level: i === 4 ? "ERROR" : "DEFAULT", statusMessage: text(i + 1), metadata: members,
        ...(kind === "GENERATION" ? { model: text(1), input: messages, output: { role: "assistant", content: all, tool_calls: calls }, modelParameters: { [text(0)]: text(1) } } : {}),
        ...(kind === "RETRIEVER" ? { input: all, output: HOSTILE.map((each) => ({ page_content: each, metadata: { title: each, source: each }, score: 0.5 })) } : {}),
        ...(kind === "GENERATION" || kind === "RETRIEVER" ? {} : { input: i % 2 === 0 ? all : members, output: i % 2 === 0 ? HOSTILE : all }),
      }),
    ),
    ...HOSTILE.map((each, k) => score({ id: `${id}-s${k}`, traceId: id, name: `${each}`.slice(0, 100), value: each.slice(0, 200), dataType: "CATEGORICAL", comment: each })),
  ];
}

/** One trace for each text, which stands in every field that a list shows. */
export function hostileRows() {
  return HOSTILE.flatMap((text, k) => {
    const id = `row-${k}`;
    const fields = { name: text, version: text, environment: text, metadata: { [text]: text }, input: { role: "user", content: text }, output: text };
    return [
      trace({ id, ...fields, userId: text, sessionId: text, tags: [text], release: text, timestamp: new Date(ORIGIN + k).toISOString() }),
      observation(ORIGIN + k, { id: `${id} ${text}`, traceId: id, kind: "GENERATION", duration: 1000 + k, model: text, usage: { input: 10, output: 1 }, costDetails: { [text]: 0.5 }, ...fields, ...(k % 2 ? { level: "ERROR", statusMessage: text } : {}) }),
      score({ id: `${id}-number`, traceId: id, name: text, value: k / HOSTILE.length, dataType: "NUMERIC", comment: text }),
      score({ id: `${id}-text`, traceId: id, name: `text ${text}`, value: text, dataType: "CATEGORICAL", comment: text }),
    ];
  });
}

/** Nothing of it ran, leads astray, or became an element that only markup makes. */
export async function harmless(page, where) {
  const found = await page.evaluate(() => {
    const of = (selector) => [...document.body.querySelectorAll(selector)];
    const own = (address) => new URL(address, document.baseURI).origin === location.origin;
    return {
      ran: window.__xss,
      handlers: of("*").filter((each) => [...each.attributes].some(({ name }) => name.startsWith("on"))).map((each) => each.outerHTML),
      foreign: of("iframe, object, embed, base, style, link, meta, form[action], script:not(#boot):not([src])").map((each) => each.outerHTML),
      loaded: of("[src], [srcset], [data], [poster]").map((each) => each.src || each.outerHTML).filter((address) => !own(address)),
      schemes: of("a[href], [src]").map((each) => each.href || each.src).filter((address) => !/^(https?:|mailto:|blob:|data:image\/)/.test(address)),
      deeds: of("a[href]").filter(({ href }) => new URL(href).pathname.includes("/api/ui/auth/")).map((each) => each.outerHTML),
      unsafe: of("a[href]").filter(({ href, target, rel }) => !own(href) && !(target === "_blank" && /noopener/.test(rel))).map((each) => each.outerHTML),
    };
  });
  expect({ where, ...found }).toEqual({ where, ran: undefined, handlers: [], foreign: [], loaded: [], schemes: [], deeds: [], unsafe: [] });
}
