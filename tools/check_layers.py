#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks every #include of src/ against tools/layers.txt.

Refused: a room of the same or a higher row, a foreign header outside its one adapter, a header in
<> that the table does not know, another room's *_int.h, a file that is named but does not exist,
and a room(... DEPS ...) of CMakeLists.txt that the rows do not allow. Exit status 1 and one line
per fault, as file:line: text.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROOM_CALL = re.compile(r"^room\(([\w/]+)(?:\s+DEPS\s+([^)]*))?\)", re.M)


class Table:
    """tools/layers.txt: row number of each room, adapter of each foreign header, system headers."""

    def __init__(self, path):
        self.row, self.adapter, self.system = {}, {}, set()
        rows = 0
        for line in path.read_text().splitlines():
            kind, *words = line.split("#")[0].split() or [""]
            if kind == "row":
                rows += 1
                self.row.update((room, rows) for room in words)
            elif kind == "foreign":
                self.adapter[words[0]] = words[1]
            elif kind == "system":
                self.system.update(words)
            elif kind:
                raise SystemExit(f"{path}: unknown line: {line}")

    def room_of(self, path):
        """The room that a path relative to src/ lies in: the deepest folder that is one."""
        folder = pathlib.PurePosixPath(path).parent
        while str(folder) != "." and str(folder) not in self.row:
            folder = folder.parent
        return "main" if str(folder) == "." else str(folder)


def check_system(table, file, header):
    if header in table.system:
        return None
    adapter = table.adapter.get(header)
    if adapter is None:
        return f"<{header}> is neither a system header nor a known foreign one (tools/layers.txt)"
    if adapter != f"src/{file}":
        return f"<{header}> may be included by {adapter} only"
    return None


def check_own(table, file, header):
    if not (ROOT / "src" / header).is_file():
        return f'"{header}" does not exist; includes are written relative to src/'
    room, other = table.room_of(file), table.room_of(header)
    if room not in table.row or other not in table.row:
        return f'"{header}": room {room} or {other} stands in no row of tools/layers.txt'
    same_folder = pathlib.PurePosixPath(file).parent == pathlib.PurePosixPath(header).parent
    if header.endswith("_int.h") and not same_folder:
        return f'"{header}" is private to its folder'
    if room != other and table.row[other] >= table.row[room]:
        where = "beside" if table.row[other] == table.row[room] else "above"
        return f'"{header}": room {other} stands {where} room {room}'
    return None


def check_file(table, path):
    file = path.relative_to(ROOT / "src").as_posix()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        check = check_system if match[1] == "<" else check_own
        fault = check(table, file, match[2])
        if fault:
            yield f"src/{file}:{number}: {fault}"


def check_cmake(table):
    for room, deps in ROOM_CALL.findall((ROOT / "CMakeLists.txt").read_text()):
        for dep in deps.split():
            if room not in table.row or dep not in table.row:
                yield f"CMakeLists.txt: room {room} or {dep} stands in no row of tools/layers.txt"
            elif table.row[dep] >= table.row[room]:
                yield f"CMakeLists.txt: room {room} may not depend on {dep}"


def main():
    table = Table(ROOT / "tools" / "layers.txt")
    files = sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in (".c", ".h"))
    faults = list(check_cmake(table))
    for path in files:
        faults.extend(check_file(table, path))
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"layers: {len(files)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
