#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the size of files and functions, and prints where the tree stands.

Fails on a file of more than 500 lines and on a function of more than 60 lines or 6 parameters.
A function whose first line, or the line above it, says NOLINT...(readability-function-size) with a
reason is let through (a callback whose type a library gives, for example). Relies on the tree's own formatting, which clang-format enforces: a function's braces stand alone
in column 0, and nothing else's do.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("src", "fuzz", "tests")
FILE_HARD, FILE_SOFT = 500, 300
FUNCTION_HARD, FUNCTION_SOFT = 60, 40
PARAMETERS_HARD = 6
EXEMPTION = re.compile(r"NOLINT\w*\(.*readability-function-size.*\).*\w")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def signature_start(lines, brace):
    """Index of the first line of the declarator that ends just before lines[brace] == '{'."""
    start = brace
    while start > 0:
        previous = lines[start - 1]
        if not previous.strip() or previous[0] in "#}/*" or previous.rstrip().endswith(";"):
            break
        start -= 1
    return start


def exempt(lines, start):
    """Whether the function that starts at lines[start] is let through, with a reason."""
    return any(EXEMPTION.search(line) for line in lines[max(start - 1, 0) : start + 2])


def parameter_count(signature):
    """Commas of the last parenthesis group at depth 1, attributes before the name left out."""
    text = COMMENT.sub("", signature)
    end = text.rfind(")")
    depth, commas, at = 0, 0, end
    while at >= 0:
        depth += {")": 1, "(": -1}.get(text[at], 0)
        commas += text[at] == "," and depth == 1
        if depth == 0:
            break
        at -= 1
    inside = text[at + 1 : end].strip()
    return 0 if inside in ("", "void") else commas + 1


def function_name(signature):
    names = re.findall(r"(\w+)\s*\(", signature)
    return names[0] if names else "?"


def functions(lines):
    """Yields (first line number, name, length in lines, parameters)."""
    brace = None
    for index, line in enumerate(lines):
        if line == "{":
            brace = index
        elif line == "}" and brace is not None:
            start = signature_start(lines, brace)
            signature = "\n".join(lines[start:brace])
            length, parameters = index - start + 1, parameter_count(signature)
            if exempt(lines, start):
                length, parameters = 0, 0
            yield start + 1, function_name(signature), length, parameters
            brace = None


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def check_file(path, sizes):
    name = path.relative_to(ROOT).as_posix()
    lines = path.read_text().splitlines()
    if path.suffix == ".c" and name.startswith("src/"):
        sizes["file"].append(len(lines))
    if len(lines) > FILE_HARD:
        yield f"{name}: {len(lines)} lines, at most {FILE_HARD}"
    for number, function, length, parameters in functions(lines):
        if name.startswith("src/"):
            sizes["function"].append(length)
        if length > FUNCTION_HARD:
            yield f"{name}:{number}: {function}() has {length} lines, at most {FUNCTION_HARD}"
        if parameters > PARAMETERS_HARD:
            yield f"{name}:{number}: {function}() has {parameters} parameters, at most 6"


def report(what, values, soft):
    over = sum(value > soft for value in values)
    print(
        f"size: {len(values)} {what}s of src/: median {percentile(values, 0.5)} lines,"
        f" p95 {percentile(values, 0.95)}, longest {max(values, default=0)},"
        f" {over} over the soft limit of {soft}"
    )


def main():
    sizes = {"file": [], "function": []}
    faults = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".c", ".h") and "node_modules" not in path.parts:
                faults.extend(check_file(path, sizes))
    print(*faults, sep="\n", end="\n" if faults else "")
    report("file", sizes["file"], FILE_SOFT)
    report("function", sizes["function"], FUNCTION_SOFT)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
