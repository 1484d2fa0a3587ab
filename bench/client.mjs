// SPDX-License-Identifier: MIT
// A keep-alive client on one socket that takes the time until the last byte of an answer. Made by
// hand: at these answer times a general client would measure itself.
import net from "node:net";
import { AUTHORIZATION } from "./server.mjs";

export class Client {
    constructor(port) {
        this.socket = net.connect(port, "127.0.0.1").setNoDelay(true);
        this.chunks = [];
        this.have = 0;
        this.socket.on("data", (chunk) => this.take(chunk));
        this.socket.on("error", (error) => this.fail?.(error));
        this.socket.on("close", () => this.fail?.(new Error("the server closed the connection")));
    }

    take(chunk) {
        this.chunks.push(chunk);
        this.have += chunk.length;
        if (this.need === undefined) {
            const all = Buffer.concat(this.chunks);
            const end = all.indexOf("\r\n\r\n");
            this.chunks = [all];
            if (end < 0) return;
            const head = all.toString("latin1", 0, end);
            this.status = Number(head.slice(9, 12));
            const length = head.match(/\r\ncontent-length: *(\d+)/i);
            if (!length) return this.fail?.(new Error(`no Content-Length in: ${head}`));
            this.headLength = end + 4;
            this.need = this.headLength + Number(length[1]);
        }
        if (this.have >= this.need) this.done();
    }

    // {status, body, ms}
    call(method, path, body = "", contentType = "application/json") {
        const text = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${AUTHORIZATION}\r\n` +
            `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
        this.chunks = [];
        this.have = 0;
        this.need = undefined;
        const began = process.hrtime.bigint();
        return new Promise((resolve, reject) => {
            this.fail = reject;
            this.done = () => {
                const ms = Number(process.hrtime.bigint() - began) / 1e6;
                const whole = Buffer.concat(this.chunks);
                resolve({ status: this.status, body: whole.subarray(this.headLength), ms });
            };
            this.socket.write(Buffer.concat([Buffer.from(text), Buffer.from(body)]));
        });
    }

    async json(method, path, body) {
        const answer = await this.call(method, path, body === undefined ? "" : JSON.stringify(body));
        if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.subarray(0, 300)}`);
        return JSON.parse(answer.body);
    }

    close() {
        this.fail = undefined;
        this.socket.destroy();
    }
}

export function quantile(values, q) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
