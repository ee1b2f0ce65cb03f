#!/usr/bin/env bash
# What buffers and I/O vectors cost, beside the platform's own types.
#
#   run.sh [buffers|vectors]      default: both
#
# Buffers are measured twice: by turns with the platform's types, in short rounds, which is what
# the bars are judged by, and by BenchmarkDotNet with its memory diagnoser. I/O vectors run by
# turns with the same work in C. The figures go to the screen and to a file under bench/results/.
# It needs cores that nothing else uses, and the .NET SDK. It fails if a bar is not met.
#
# Settings, from the environment:
#   CPU      the processor to measure on, 1
#   PEER     a second one for what two threads do, 0
#   FILTER   benchmarks of buffers for BenchmarkDotNet, '*Buffers*'; none to leave it out
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cpu=${CPU:-1}
what=${1:-all}
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet build "$here" -c Release --verbosity quiet --nologo >&2
cd "$here"
program="$here/bin/Release/net10.0/memory.dll"
bench=(taskset -c "$cpu" dotnet "$program")

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
  met=0
  "${bench[@]}" buffers >"$work/buffers" || met=$?
  cat "$work/buffers" >&2
  filter=${FILTER:-*Buffers*}
  if [[ $filter != none ]]; then
    "${bench[@]}" --filter "$filter" --artifacts "$work" | tee "$work/log" >&2
  fi
  file=$(result_file buffers)
  {
    describe buffers
    echo '## By turns'
    echo
    echo '`time` is a part of the time of the first of its group, `bar` the most that it may be, and'
    echo '`B` what an operation allocates.'
    echo
    echo '```text'
    cat "$work/buffers"
    echo '```'
    echo
    [[ $filter == none ]] || for report in "$work"/results/*-report-github.md; do
      echo "## $(basename "$report" | sed 's/.*\.\([A-Za-z]*\)Benchmark-report.*/\1/')"
      echo
      grep '^|' "$report"
      echo
    done
  } | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$file"
  echo "$file" >&2
  ((met == 0)) || failed=1
fi

if [[ $what == all || $what == vectors ]]; then
  file=$(result_file vectors)
  taskset -c "$cpu,${PEER:-0}" dotnet "$program" vectors | tee "$work/vectors" >&2
  {
    describe "I/O vectors"
    echo '```text'
    cat "$work/vectors"
    echo '```'
  } >"$file"
  echo "$file" >&2
fi

exit "$failed"
