#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the sources to docs/architecture.md: which room may import which, and no circles.

    tests/rooms.py includes          the #include lines of every room against the table between `<!-- rooms -->` and `<!-- /rooms -->`
    tests/rooms.py circles BUILD     files of one room that need each other: by headers, and by functions (the objects in BUILD)
    tests/rooms.py parameters        functions with more than 6 parameters

Run from the project's root. Prints a line for each violation, beginning with FILE:LINE where there is one, and exits with 1 if there are
any.
"""
import glob
import os
import re
import subprocess
import sys

TABLE = "docs/architecture.md"
PLUGIN = "bochs-plugin"
TOP_ROOMS = {PLUGIN, "emulator", "peers"}  # rooms beside sim/
SIMGRID_ROOMS = {"cluster", "fabric"}
PARAMETERS_MAX = 6

INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
FUNCTION = re.compile(r"^(?!return\b|else\b|typedef\b|[\s#}])[A-Za-z_][^;={}()]*?\b(\w+)\(", re.M)


def sources(*patterns):
    return sorted(path for pattern in patterns for path in glob.glob(pattern, recursive=True))


def room_of(path):
    first = path.split("/")[0]
    return first if first in TOP_ROOMS else path.split("/")[1]


def read_table():
    """{room: rooms that it may import}"""
    table, inside = {}, False
    for line in open(TABLE, encoding="utf-8"):
        inside = (inside or line.startswith("<!-- rooms -->")) and not line.startswith("<!-- /rooms -->")
        cells = [re.findall(r"`([^`]+)`", cell) for cell in line.strip().strip("|").split("|")]
        if inside and line.startswith("|") and len(cells) == 2 and len(cells[0]) == 1:
            table[cells[0][0]] = set(cells[1])
    return table


def includes(path):
    """(line, header in quotes or None, header in angle brackets or None)"""
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_includes():
    table = read_table()
    rooms = {os.path.basename(folder.rstrip("/")) for folder in glob.glob("sim/*/")} | TOP_ROOMS
    bad = [f"{TABLE}: no row for the room {room}" for room in sorted(rooms - set(table))]
    if not table:
        bad = [f"{TABLE}: no table of the rooms"]
    for path in sources("sim/*/*.[ch]", *(room + "/*.[ch]" for room in TOP_ROOMS), PLUGIN + "/*.cc"):
        room = room_of(path)
        for number, own, system in includes(path):
            other = own.split("/")[0] if own and "/" in own else None
            if other in rooms and other != room and other not in table.get(room, set()):
                bad.append(f"{path}:{number}: {room} may not import {other}")
            if system and re.match(r"(simgrid|xbt)/", system) and room not in SIMGRID_ROOMS:
                bad.append(f"{path}:{number}: SimGrid is for {' and '.join(sorted(SIMGRID_ROOMS))} alone")
    return bad


def knots(edges):
    """The sets of nodes that reach each other (Tarjan's strongly connected components), those of one node left out."""
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for to in sorted(edges.get(node, ())):
            if to not in order:
                visit(to)
            if to in stack:
                low[node] = min(low[node], low[to])
        if low[node] == order[node]:
            knot = set()
            while node not in knot:
                knot.add(stack.pop())
            if len(knot) > 1:
                found.append(knot)

    for node in sorted(edges):
        if node not in order:
            visit(node)
    return found


def circle(knot, edges):
    """A shortest way round from the first node of the knot, as text."""
    start = min(knot)
    ways = [[start]]
    while ways:
        way = ways.pop(0)
        for to in sorted(edges[way[-1]] & knot):
            if to == start:
                return " -> ".join(way + [start])
            if to not in way:
                ways.append(way + [to])
    return ""


def symbols(obj):
    """What an object defines for others, and what it needs of them."""
    defined, needed = set(), set()
    for line in subprocess.run(["nm", "-g", obj], check=True, capture_output=True, text=True).stdout.splitlines():
        kind, name = line.split()[-2:]
        (needed if kind == "U" else defined).add(name)
    return defined, needed


def check_circles(build):
    headers = {path: {"sim/" + own for _, own, _ in includes(path) if own} for path in sources("sim/*/*.h")}
    bad = ["headers: " + circle(knot, headers) for knot in knots(headers)]
    found = {path: symbols(f"{build}/obj/{path[:-2]}.o") for path in sources("sim/*/*.c")}
    owner = {name: path for path, (defined, _) in found.items() for name in defined}
    edges = {}
    for path, (_, needed) in found.items():
        others = {owner[name] for name in needed if name in owner}
        edges[path] = {other for other in others if other != path and room_of(other) == room_of(path)}
    for knot in knots(edges):
        bad.append(f"{len(knot)} files that need each other: {circle(knot, edges)}")
    return bad


def bare(text):
    """The text without comments and strings, its lines kept."""
    text = re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def check_parameters():
    bad = []
    for path in sources("sim/*/*.[ch]", *(room + "/*.[ch]" for room in TOP_ROOMS), "tests/**/*.[ch]"):
        text = bare(open(path, encoding="utf-8").read())
        for match in FUNCTION.finditer(text):
            at, depth, count = match.end(), 1, 1
            while depth and at < len(text):
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                count += text[at] == "," and depth == 1
                at += 1
            if count > PARAMETERS_MAX:
                line = text.count("\n", 0, match.start()) + 1
                bad.append(f"{path}:{line}: {match.group(1)} has {count} parameters, more than {PARAMETERS_MAX}")
    return bad


def main():
    checks = {"includes": check_includes, "circles": check_circles, "parameters": check_parameters}
    bad = checks[sys.argv[1]](*sys.argv[2:])
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


sys.exit(main())
