// SPDX-License-Identifier: MIT
// What a figure is worth nothing without: the machine.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";

export function machine(dir) {
    const osName = fs.readFileSync("/etc/os-release", "utf8").match(/PRETTY_NAME="(.*)"/)?.[1] ?? os.type();
    const disk = execFileSync("df", ["--output=fstype,source", dir], { encoding: "utf8" }).trim().split("\n")[1];
    return { cpu: os.cpus()[0].model.trim(), cores: os.availableParallelism?.() ?? os.cpus().length,
        memoryGiB: Math.round(os.totalmem() / 2 ** 30), system: `${osName}, Linux ${os.release()}`, disk: disk.trim() };
}

export function machineLine(m) {
    return `${m.cores} x ${m.cpu}, ${m.memoryGiB} GiB, ${m.system}, ${m.disk}`;
}
