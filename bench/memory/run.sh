#!/usr/bin/env bash
# What buffers and I/O vectors cost, beside the platform's own types.
#
#   run.sh [buffers|vectors]      default: both
#
# Buffers are measured by BenchmarkDotNet, each benchmark in a process of its own; I/O vectors by
# a harness that runs them and the same work in C by turns. The figures go to the screen and to a
# file under bench/results/. It needs a core that nothing else uses, and the .NET SDK.
#
# Settings, from the environment:
#   CPU      the processor to measure on, 1
#   FILTER   benchmarks of buffers to run, '*Buffers*'
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cpu=${CPU:-1}
what=${1:-all}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet build "$here" -c Release --verbosity quiet --nologo >&2
cd "$here"
bench=(taskset -c "$cpu" dotnet "$here/bin/Release/net10.0/memory.dll")

describe() {
  echo "# What $1 cost"
  echo
  echo "|  |  |"
  echo "|---|---|"
  echo "| Date | $(date -u '+%Y-%m-%d %H:%M UTC') |"
  echo "| Commit | $(git -C "$root" rev-parse --short=12 HEAD) |"
  echo "| Processor | $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) CPUs |"
  echo "| Kernel | $(uname -r) |"
  echo "| .NET | $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1) |"
  echo
}

result_file() {
  echo "$root/bench/results/$(date -u '+%Y-%m-%d-%H%M')-$1.md"
}

if [[ $what == all || $what == buffers ]]; then
  "${bench[@]}" --filter "${FILTER:-*Buffers*}" --artifacts "$work" | tee "$work/log" >&2
  file=$(result_file buffers)
  {
    describe buffers
    for report in "$work"/results/*-report-github.md; do
      echo "## $(basename "$report" | sed 's/.*\.\([A-Za-z]*\)Benchmark-report.*/\1/')"
      echo
      grep '^|' "$report"
      echo
    done
  } | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$file"
  echo "$file" >&2
fi

if [[ $what == all || $what == vectors ]]; then
  file=$(result_file vectors)
  "${bench[@]}" vectors | tee "$work/vectors" >&2
  {
    describe "I/O vectors"
    echo '```text'
    cat "$work/vectors"
    echo '```'
  } >"$file"
  echo "$file" >&2
fi
