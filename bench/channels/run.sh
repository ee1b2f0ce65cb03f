#!/usr/bin/env bash
# Messages between two processes on two processors: channels in shared memory beside plain C.
#
#   run.sh [CONTENDER...]      default: all of the contenders below
#
# Each round measures every contender once, in turn; medians over the rounds are compared, as a
# table on the screen and as a file under bench/results/. It needs two processors that nothing
# else uses, and: a C compiler, taskset, python3, and the .NET SDK.
#
# Settings, from the environment:
#   ROUNDS   rounds, 5
#   CPU_A    the processor of the side that measures, 0
#   CPU_B    that of the other side, 1
#   BENCH    a channels.dll to run; by default it is built
#   RESULT   the file to write; "none" writes none
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cpu_a=${CPU_A:-0}
cpu_b=${CPU_B:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ -z ${BENCH:-} ]]; then
  dotnet build "$here" -c Release --verbosity quiet --nologo >&2
  BENCH=$here/bin/Release/net10.0/channels.dll
fi
cc -O2 -Wall -o "$work/reference" "$here/reference.c"

# Leaves in $command what measures the contender: name, mode, how many, how many bytes.
describe() {
  local c=("$work/reference") sluice=(taskset -c "$cpu_a" dotnet "$BENCH")
  local c_cpus=("$cpu_a" "$cpu_b")
  case $1 in
    flow) command=("${sluice[@]}" flow 50000000 32 "$cpu_b") ;;
    flow-batch) command=("${sluice[@]}" flow-batch 50000000 32 "$cpu_b") ;;
    c-pipe-flow) command=("${c[@]}" pipe-flow 2000000 32 "${c_cpus[@]}") ;;
    c-stream-flow) command=("${c[@]}" stream-flow 2000000 32 "${c_cpus[@]}") ;;
    c-packet-flow) command=("${c[@]}" packet-flow 2000000 32 "${c_cpus[@]}") ;;
    spin) command=("${sluice[@]}" spin 3000000 32 "$cpu_b") ;;
    spin-read) command=("${sluice[@]}" spin-read 3000000 32 "$cpu_b") ;;
    c-spin) command=("${c[@]}" spin 3000000 32 "${c_cpus[@]}") ;;
    block) command=("${sluice[@]}" block 60000 32 "$cpu_b") ;;
    c-futex) command=("${c[@]}" futex 60000 32 "${c_cpus[@]}") ;;
    c-pipe) command=("${c[@]}" pipe 60000 32 "${c_cpus[@]}") ;;
    c-stream) command=("${c[@]}" stream 60000 32 "${c_cpus[@]}") ;;
    c-packet) command=("${c[@]}" packet 60000 32 "${c_cpus[@]}") ;;
    hand-over-64) command=("${sluice[@]}" hand-over 5000000 64 "$cpu_b") ;;
    hand-over-64k) command=("${sluice[@]}" hand-over 5000000 65536 "$cpu_b") ;;
    hand-over-1m) command=("${sluice[@]}" hand-over 5000000 1048576 "$cpu_b") ;;
    c-stream-1m) command=("${c[@]}" stream-flow 4000 1048576 "${c_cpus[@]}") ;;
    *) echo "run.sh: there is no contender '$1'" >&2; exit 2 ;;
  esac
}

contenders=("$@")
if ((${#contenders[@]} == 0)); then
  contenders=(flow flow-batch c-pipe-flow c-stream-flow c-packet-flow
    spin spin-read c-spin block c-futex c-pipe c-stream c-packet
    hand-over-64 hand-over-64k hand-over-1m c-stream-1m)
fi
for contender in "${contenders[@]}"; do
  describe "$contender"
done

rounds=${ROUNDS:-5}
for round in $(seq "$rounds"); do
  for contender in "${contenders[@]}"; do
    describe "$contender"
    figure=$("${command[@]}")
    printf 'round %d of %d: %s %s\n' "$round" "$rounds" "$contender" "$figure" >&2
    printf '%s %s\n' "$contender" "$figure" >>"$work/rows"
  done
done

for contender in "${contenders[@]}"; do
  describe "$contender"
  printf '%s %s\n' "$contender" "${command[*]}"
done | sed -e "s|$work/||g" -e "s|$BENCH|channels.dll|g" >"$work/commands"

python3 "$here/report.py" "$work/rows" "$work/commands" >"$work/report.md"
cat "$work/report.md"
result=${RESULT:-$root/bench/results/$(date -u +%Y-%m-%d-%H%M)-channels.md}
if [[ $result != none ]]; then
  cp "$work/report.md" "$result"
  echo "Written to $result" >&2
fi
