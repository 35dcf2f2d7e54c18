#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of a page's console blocks one after the other, in the working folder, and compares what they print with the page.

Numbers and the blanks between words are not compared, since they depend on the machine, and so does whether a curve says that write-backs fill
the link. Prints what differs; ends with 1 if anything does.

    tests/tutorial.py PAGE            compare
    tests/tutorial.py --write PAGE    put what is printed into the page"""
import re
import subprocess
import sys


def blocks(text):
    return [(m.start(1), m.end(1)) for m in re.finditer(r"^```console\n(.*?)^```", text, re.S | re.M)]


def commands(block):
    """Pairs of a command, as the shell takes it, and its output."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], [line], []])
        elif line.startswith("> ") and not found[-1][2]:
            found[-1][0] += "\n" + line[2:]
            found[-1][1].append(line)
        else:
            found[-1][2].append(line)
    return found


def plain(lines):
    lines = [line for line in lines if ": write-backs take up to " not in line]
    words = [re.sub(r"[-+]?\d[\d.]*(e-?\d+)?(?=\D|$)", "N", line) for line in lines]
    return [re.sub(r"\s+", " ", re.sub(r"N[KMG]?i?B\b|N(ns|us|ms|s)\b|N%|<= N|>= N|(?<!\S)-(?!\S)", "N", word)).strip() for word in words]


def main():
    write = sys.argv[1] == "--write"
    path = sys.argv[-1]
    text, out, at, bad = open(path).read(), "", 0, 0
    for start, end in blocks(text):
        shown = ""
        for command, typed, expected in commands(text[start:end]):
            ran = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            printed = ran.stdout.splitlines()
            shown += "\n".join(typed + printed) + "\n"
            if not write and (ran.returncode or plain(printed) != plain(expected)):
                bad = 1
                print(f"$ {command}\nends with {ran.returncode} and prints", *printed, "the page has", *expected, sep="\n")
        out += text[at:start] + shown
        at = end
    if write:
        open(path, "w").write(out + text[at:])
    return bad


sys.exit(main())
