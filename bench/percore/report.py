#!/usr/bin/env python3
"""Turns the rows of measure.sh into a Markdown report: medians, ratios and the machine.

    report.py ROWS COMMANDS

A row is: name depth requests/s cpu_us_per_request p99 resident_kib.
"""
import datetime
import math
import os
import platform
import statistics
import subprocess
import sys

# Requests per second of the first are divided by those of the second, at each depth.
RATE_PAIRS = [
    ("serve", "sockets", 1),
    ("serve-inline", "sockets-inline", 1),
    ("serve", "sockets", 16),
    ("serve-inline", "sockets", 16),
    ("serve-inline", "sockets-inline", 16),
]

# CPU time per request of the first is divided by that of the second.
CPU_PAIRS = [("raw-inline", "limit"), ("raw-inline", "reference"), ("limit", "reference")]


def read_rows(path):
    """Values by (name, depth), in the order of the first appearance."""
    rows = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, depth, rate, cpu, p99, resident = line.split()
            row = (float(rate), float(cpu), milliseconds(p99), float(resident))
            rows.setdefault((name, int(depth)), []).append(row)
    return rows


def milliseconds(text):
    """wrk's 850.00us, 1.20ms or 1.10s; "-" where there is none."""
    if text == "-":
        return float("nan")
    for unit, factor in (("us", 1e-3), ("ms", 1.0), ("s", 1e3)):
        if text.endswith(unit):
            return float(text[: -len(unit)]) * factor
    raise ValueError(text)


def medians(rows):
    return {key: [statistics.median(column) for column in zip(*values)]
            for key, values in rows.items()}


def first_line(path, prefix):
    with open(path, encoding="utf-8") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines
                     if line.startswith(prefix)), "unknown")


def output(*command):
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True,
            cwd=os.path.dirname(os.path.abspath(__file__))).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def runtime():
    lines = output("dotnet", "--list-runtimes").splitlines()
    versions = [line.split()[1] for line in lines if line.startswith("Microsoft.NETCore.App")]
    return versions[-1] if versions else "unknown"


def environment(rounds):
    commit = output("git", "rev-parse", "--short=12", "HEAD")
    changed = output("git", "status", "--porcelain", "--untracked-files=no", "../..")
    memory_kib = int(first_line("/proc/meminfo", "MemTotal").split()[0])
    yield "Date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    yield "Commit", commit + (" with local changes" if changed else "")
    yield "Processor", f"{first_line('/proc/cpuinfo', 'model name')}, {os.cpu_count()} CPUs"
    yield "Memory", f"{memory_kib / 1024 / 1024:.1f} GiB"
    yield "Kernel", platform.release()
    yield ".NET", runtime()
    yield "Rounds", f"{rounds}, medians are shown"
    yield "Load", (f"wrk, {os.environ.get('CONNECTIONS', '64')} connections, "
                   f"{os.environ.get('SECONDS_PER_LOAD', '5')} s per measurement")


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def spread(values):
    return f"{min(values):.3f} to {max(values):.3f}"


def ratios(middle):
    for left, right in CPU_PAIRS:
        for depth in (1, 16):
            if (left, depth) in middle and (right, depth) in middle:
                value = middle[left, depth][1] / middle[right, depth][1]
                yield f"CPU per request, {left} / {right}", str(depth), f"{value:.3f}"
    for left, right, depth in RATE_PAIRS:
        if (left, depth) in middle and (right, depth) in middle:
            value = middle[left, depth][0] / middle[right, depth][0]
            yield f"requests/s, {left} / {right}", str(depth), f"{value:.3f}"


def report(rows, commands):
    middle = medians(rows)
    yield "# What one core serves"
    yield ""
    yield from table(("", ""), environment(len(next(iter(rows.values())))))
    yield ""
    yield "The server has CPU 0, wrk CPU 1. Depth is the number of requests sent in one go on each"
    yield "connection. CPU is what the kernel charged to the server's process, per request."
    yield ""
    yield from table(
        ("Server", "Depth", "Requests/s", "CPU us per request", "lowest to highest", "p99 ms",
         "Resident MiB"),
        ((name, str(depth), f"{rate:,.0f}", f"{cpu:.3f}",
          spread([row[1] for row in rows[name, depth]]),
          "-" if math.isnan(p99) else f"{p99:.2f}", f"{resident / 1024:.0f}")
         for (name, depth), (rate, cpu, p99, resident) in middle.items()))
    found = list(ratios(middle))
    if found:
        yield ""
        yield from table(("Ratio of medians", "Depth", ""), found)
    yield ""
    yield "Commands, each under `taskset -c 0`, from `bench/percore/run.sh`:"
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
