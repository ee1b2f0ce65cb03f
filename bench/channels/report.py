#!/usr/bin/env python3
"""Turns rows of "contender figure" into a Markdown report: medians, ratios and the machine.

    report.py ROWS COMMANDS
"""
import datetime
import os
import platform
import statistics
import subprocess
import sys

TEXTS = {
    "flow": "channel, each message published by itself",
    "flow-batch": "channel, 16 messages published at once",
    "c-pipe-flow": "C, anonymous pipe",
    "c-stream-flow": "C, UNIX stream socket",
    "c-packet-flow": "C, UNIX packet socket",
    "spin": "channel, asked again and again",
    "spin-read": "channel, reads that spin",
    "c-spin": "C, two cache lines",
    "block": "channel, reads that sleep",
    "c-futex": "C, bare futex",
    "c-pipe": "C, anonymous pipes",
    "c-stream": "C, UNIX stream sockets",
    "c-packet": "C, UNIX packet sockets",
    "hand-over-64": "hand-over, 64 B",
    "hand-over-64k": "hand-over, 64 KiB",
    "hand-over-1m": "hand-over, 1 MiB",
    "c-stream-1m": "C, UNIX stream socket, 1 MiB",
}

# The median of the first is divided by that of the second.
RATIOS = [
    ("spin", "c-spin", "at most 1.15"),
    ("spin-read", "c-spin", "at most 1.15"),
    ("block", "c-futex", "at most 1.1"),
    ("hand-over-1m", "hand-over-64", "about 1"),
]

FLOW_MIN = 50


def unit(name):
    if name.endswith("-flow") or name.startswith("flow") or name == "c-stream-1m":
        return "million messages/s"
    return "ns per block" if name.startswith("hand") else "ns one way"


def output(*command):
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True,
            cwd=os.path.dirname(os.path.abspath(__file__))).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def first_line(path, prefix):
    with open(path, encoding="utf-8") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines
                     if line.startswith(prefix)), "unknown")


def environment(rounds):
    commit = output("git", "rev-parse", "--short=12", "HEAD")
    changed = output("git", "status", "--porcelain", "--untracked-files=no", "../..")
    runtimes = [line.split()[1] for line in output("dotnet", "--list-runtimes").splitlines()
                if line.startswith("Microsoft.NETCore.App")]
    yield "Date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    yield "Commit", commit + (" with local changes" if changed else "")
    yield "Processor", f"{first_line('/proc/cpuinfo', 'model name')}, {os.cpu_count()} CPUs"
    yield "Kernel", platform.release()
    yield ".NET", runtimes[-1] if runtimes else "unknown"
    yield "Rounds", f"{rounds}, medians are shown"


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def read_rows(path):
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, figure = line.split()
            rows.setdefault(name, []).append(float(figure))
    return rows


def number(value):
    return f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def bars(middle):
    for name in ("flow", "flow-batch"):
        if name in middle:
            yield f"{TEXTS[name]}, M/s", f"at least {FLOW_MIN}", f"{middle[name]:.1f}"
    for left, right, bar in RATIOS:
        if left in middle and right in middle:
            yield f"{TEXTS[left]} / {TEXTS[right]}", bar, f"{middle[left] / middle[right]:.3f}"


def report(rows, commands):
    middle = {name: statistics.median(values) for name, values in rows.items()}
    yield "# Messages between two processes"
    yield ""
    yield from table(("", ""), environment(len(next(iter(rows.values())))))
    yield ""
    yield "Two processes, each on a processor of its own; messages have 32 bytes unless said."
    yield "One way is half of a round trip. A block that is handed over is allocated, sent,"
    yield "looked at and released; a socket copies it twice."
    yield ""
    yield from table(
        ("", "", "", "lowest to highest"),
        ((TEXTS[name], number(value), unit(name),
          f"{number(min(rows[name]))} to {number(max(rows[name]))}")
         for name, value in middle.items()))
    found = list(bars(middle))
    if found:
        yield ""
        yield from table(("Bar", "wanted", "found"), found)
    yield ""
    yield "Commands, from `bench/channels/run.sh`:"
    yield ""
    yield "```text"
    for line in commands:
        name, command = line.rstrip("\n").split(" ", 1)
        yield f"{name + ':':16}{command}"
    yield "```"


def main():
    rows = read_rows(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as commands:
        print("\n".join(report(rows, commands)))


if __name__ == "__main__":
    main()
