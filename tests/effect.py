#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Walks every option of 'megavm list options' in a small run and in a curve. Set to another value than its default, an option
changes the result, is refused, or is on the list below with the reason why it does nothing there.

usage: tests/effect.py FOLDER       (megavm on the PATH)

FOLDER has region.mvt and warm.mvt, two recordings, and platform.xml; other small inputs are written there.
"""
import json
import os
import random
import re
import subprocess
import sys

# Values that do not follow from an option's type, its default and its range.
VALUES = {
    "engine": "bochs",
    "cpu.ips": "3e9",
    "fault.preset": "fastswap",
    "fault.capacity": "10e3",
    "fault.buffer": "1",
    "fabric.preset": "roce-100g",
    "fabric.bandwidth": "10Gbps",
    "fabric.copy": "1Gbps",
    "fabric.jitter": "table.txt",
    "fabric.curve": "curve.txt",
    "service.preset": "roce-100g",
    "service.bandwidth": "5Gbps",
    "cluster.memory": "240KiB",
    "cluster.platform": "platform.xml",
    "donors.backing": "nvme",
    "donors.read_bandwidth": "1Gbps",
    "donors.write_bandwidth": "1Gbps",
    "donors.store_queue": "1",
    "vms.name": "other",
    "vms.trace": "other.mvt",
    "vms.workload": "sort",
    "vms.size": "tiny",
    "peers": "127.0.0.1",
    "vms.command": "true",
    "vms.local": "30%",
    "vms.policy": "fifo",
    "vms.prefetch": "next-n",
    "traffic.to": "2",
    "traffic.rate": "20Gbps",
    "events.fail": "2",
    "events.join": "2",
    "events.leave": "2",
}
TYPED = {"duration": "70us", "size": "64KiB", "bandwidth": "10Gbps", "percent": "40%", "real": "0.7"}

# A small run, and one in which most things happen.
PLAIN = """
cluster: {hypervisors: 3, memory: 400KiB}
vms: [{trace: job.mvt, local: 50%}]
"""
RICH = """
fabric: {jitter: lognormal, sigma: 0.5}
fault: {exit: 1us}
service: {preset: tcp-10g}
cluster: {hypervisors: 4, memory: 4MiB, topology: fat-tree}
donors: {placement: multinode-lru, backing: nvme, detect: 10us}
prefetch: next-n
vms: [{trace: region.mvt, local: 50%, count: 2}]
traffic:
  - {network: fabric, from: 1, to: 0, rate: 30Gbps}
events: [{at: 200us, fail: 3}]
"""
# What an option needs beside RICH to change something.
NEEDS = {
    "donors.rebuild": ["donors.replicas=2", "events.0.at=1ms"],
    "fabric.window": ["fabric.curve=curve.txt"],
    "fault.handlers": ["fault.capacity=10e3"],
    "vms.on_failure": ["events.0.fail=0"],
    "vms.restart_after": ["events.0.fail=0", "vms.on_failure=restart"],
}

# Where it is tried instead of RICH.
LEAVING = RICH.replace("fail: 3", "leave: 0")
WARM = "vms: [{trace: warm.mvt, local: 25%}]\n"
INSTEAD = {"vms.on_leave": "leaving.yaml", "vms.warm": "warm.yaml", "guest.free_pages": "warm.yaml"}

# A configuration is read by the simulator and by the emulators: what is theirs does nothing here.
EMULATOR = ("vms.workload", "vms.size", "vms.command", "peers", "fabric.transport")

# Why an option that changes nothing in the small run, and changes something in RICH, is not refused there.
WHY = {
    "seed": "nothing is drawn at random",
    "repeat": "nothing is drawn at random",
    "until": "there is no other job to wait for",
    "fault.minor": "no touch of a local page traps",
    "fault.base": "the software takes no time",
    "service": "there is no traffic",
    "cluster.priority": "a demand fetch meets nothing else that would go first",
    "donors.placement": "the donors are alike",
    "donors.detect": "nothing fails",
    "donors.rebuild": "nothing fails",
    "vms.on_failure": "nothing fails",
    "vms.on_leave": "nothing leaves",
    "vms.restart_after": "nothing fails",
    "vms.warm": "the trace does not begin with a snapshot",
    "guest.free_pages": "the trace does not begin with a snapshot",
}
# The same for a curve.
CURVE_WHY = {
    "seed": WHY["seed"],
    "repeat": WHY["repeat"],
    "fault.minor": WHY["fault.minor"],
    "fault.base": WHY["fault.base"],
    "guest.free_pages": WHY["guest.free_pages"],
}

def other_value(key, kind, default, allowed):
    if key in VALUES:
        return VALUES[key]
    if kind == "word":
        return next(word for word in allowed.split(", ") if word not in (default, "own"))
    if "," in allowed:
        return next(word for word in allowed.split(", ") if word != default)
    if kind == "count":
        return str(int(float(default)) + 1) if default not in ("-", "required") else "2"
    return TYPED[kind]


def megavm(*words):
    done = subprocess.run(["megavm", *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def result_of(command):
    """The exit status, and the result without its manifest or the first line of the error."""
    status, text, error = megavm(*command)
    if status != 0:
        return status, error.strip().splitlines()[0]
    result = json.loads(text)
    result.pop("manifest")
    return 0, result


def outcome(command, key, value):
    status, before = result_of(command)
    assert status == 0, (command, before)
    status, after = result_of([*command, "--set", f"{key}={value}"])
    if status == 2:
        return "refused"
    return "same" if after == before else "effect"


def options():
    for line in megavm("list", "options", "--markdown")[1].splitlines():
        found = re.match(r"\| `([^`]+)` \| (\S+) \| ([^|]*) \| ([^|]*) \|", line)
        if found:
            yield tuple(word.strip() for word in found.groups())


def write_inputs():
    rng = random.Random(1)
    for name, writes in ("job", 0.3), ("other", 0.9):
        with open(f"{name}.csv", "w") as to:
            to.write("page,type,instructions\n")
            for i in range(4000):
                page = i % 60 if rng.random() < 0.5 else int(60 * rng.random() ** 3)
                to.write(f"{page},{'W' if rng.random() < writes else 'R'},400\n")
        assert megavm("trace", "import", "--format", "csv", "--k", "0", f"{name}.csv", "-o", f"{name}.mvt")[0] == 0
    with open("table.txt", "w") as to:
        to.write("1us 0%\n9us 100%\n")
    with open("curve.txt", "w") as to:
        to.write("0 900\n5000 2000\n10000 9000\n")
    for name, text in ("plain", PLAIN), ("rich", RICH), ("leaving", LEAVING), ("warm", WARM):
        with open(f"{name}.yaml", "w") as to:
            to.write(text)


def check(key, value):
    """Prints what is wrong with an option."""
    plain = outcome(["run", "plain.yaml", "--json"], key, value)
    curve = outcome(["curve", "job.mvt", "--frames", "20,30", "--json"], key, value)
    if plain == "same" and key not in WHY:
        print(f"{key}: {value} changes nothing in a run, and is not refused")
    if plain == "same":
        sets = [word for assignment in NEEDS.get(key, []) for word in ("--set", assignment)]
        rich = outcome(["run", INSTEAD.get(key, "rich.yaml"), "--json", *sets], key, value)
        if rich != "effect":
            print(f"{key}: {value}: {rich}, also where it should have an effect")
    if curve == "same" and key not in CURVE_WHY:
        print(f"{key}: {value} changes nothing in a curve, and is not refused")


def main():
    os.chdir(sys.argv[1])
    write_inputs()
    count = 0
    for key, kind, default, allowed in options():
        value = other_value(key, kind, default, allowed)
        if key not in EMULATOR:
            check(key, value)
        for item in "vms", "traffic", "events":  # the items of lists have names of their own
            if key.startswith(item + "."):
                one = key.replace(".", ".0.", 1)
                said = megavm("config", "rich.yaml", "--set", f"{one}={value}")[2]
                if "unknown key" in said or "there is no" in said:
                    print(f"{one}: {said}")
        count += 1
    print(f"{count} options" if count > 50 else "the options are not found")


main()
