#!/usr/bin/env bash
# What registered buffers are worth for sockets: see registered.c and ARCHITECTURE.md.
#
#   run.sh [ROUNDS]      default: 5
#
# Prints CPU nanoseconds per operation for each size and variant, the median of the rounds. Needs
# a C compiler, liburing and python3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cc -O2 -o "$work/registered" "$here/registered.c" -luring -lpthread
for _ in $(seq "${1:-5}"); do
  for size in 128 4096 65536; do
    "$work/registered" "$size" 20000 2>/dev/null
  done
done >"$work/rows"

python3 - "$work/rows" <<'END'
import collections
import statistics
import sys

rows = collections.defaultdict(list)
for line in open(sys.argv[1]):
    size, variant, nanoseconds = line.strip().split(";")
    rows[int(size), variant].append(int(nanoseconds))
for (size, variant), values in rows.items():
    median = statistics.median(values)
    print(f"{size:6} {variant:30} {'refused' if median < 0 else int(median)}")
END
