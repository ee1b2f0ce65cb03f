#!/usr/bin/env bash
# What one core serves: Sluice beside a plain C server and beside Kestrel's sockets transport.
#
#   run.sh [SERVER...]      default: all of the servers below
#
# Each round measures every server once, in turn (see measure.sh); medians over the rounds are
# compared, as a table on the screen and as a file under bench/results/. It needs two cores that
# nothing else uses, and: a C compiler, liburing, wrk, curl, taskset, python3, and the .NET SDK.
#
# Settings, from the environment:
#   ROUNDS            rounds, 5
#   SECONDS_PER_LOAD  seconds per measurement, 5
#   SECONDS_WARM_UP   seconds of load before the first, 3
#   PORT              the first of eight ports to use, 18080
#   SLUICE_TOOL       a Sluice.Tool.dll to run; by default it is built
#   LIMIT_C           another C server to compare with, called with PORT http; adds "limit"
#   RESULT            the file to write; "none" writes none
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=${ROUNDS:-5}
port=${PORT:-18080}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build_tool() {
  if [[ -z ${SLUICE_TOOL:-} ]]; then
    dotnet build "$root/tools/sluice" -c Release --verbosity quiet --nologo >&2
    SLUICE_TOOL=$root/tools/sluice/bin/Release/net10.0/Sluice.Tool.dll
  fi
  [[ -f $SLUICE_TOOL ]] || { echo "run.sh: there is no $SLUICE_TOOL" >&2; exit 1; }
}

# Leaves the path of the requests in $path and the command in $command.
describe() {
  local serve=(dotnet "${SLUICE_TOOL:-}" serve "$work/site" --port "$port")
  path=/plaintext
  case $1 in
    reference) path=/ command=("$work/reference" "$port" http) ;;
    limit) path=/ command=("$work/limit" "$port" http) ;;
    raw-inline)
      path=/
      command=(dotnet "${SLUICE_TOOL:-}" plaintext --port "$port" --scheduling inline
        --reactors 1)
      ;;
    raw) path=/ command=(dotnet "${SLUICE_TOOL:-}" plaintext --port "$port" --reactors 1) ;;
    serve) command=("${serve[@]}") ;;
    serve-inline) command=("${serve[@]}" --scheduling inline) ;;
    sockets) command=("${serve[@]}" --engine sockets) ;;
    sockets-inline) command=("${serve[@]}" --engine sockets --scheduling inline) ;;
    *) echo "run.sh: there is no server '$1'" >&2; exit 2 ;;
  esac
}

servers=("$@")
if ((${#servers[@]} == 0)); then
  servers=(reference raw-inline serve serve-inline sockets sockets-inline)
  [[ -z ${LIMIT_C:-} ]] || servers=(limit "${servers[@]}")
fi
for server in "${servers[@]}"; do
  describe "$server"
done

mkdir "$work/site"
cc -O2 -o "$work/reference" "$here/reference.c" -luring
if [[ -n ${LIMIT_C:-} ]]; then
  cc -O2 -o "$work/limit" "$LIMIT_C" -luring
fi
for server in "${servers[@]}"; do
  [[ $server == reference || $server == limit ]] || { build_tool; break; }
done

# Each takes the next of a few ports: a listening socket that a ring still refers to outlives its
# process for a moment.
first_port=$port turn=0
for round in $(seq "$rounds"); do
  for server in "${servers[@]}"; do
    port=$((first_port + turn++ % 8))
    printf 'round %d of %d: %s\n' "$round" "$rounds" "$server" >&2
    describe "$server"
    "$here/measure.sh" "$server" "$port" "$path" "${command[@]}" >>"$work/rows"
  done
done

port=$first_port
for server in "${servers[@]}"; do
  describe "$server"
  printf '%s %s\n' "$server" "${command[*]}"
done | sed -e "s|$work/||g" -e "s|${SLUICE_TOOL:-none}|Sluice.Tool.dll|g" >"$work/commands"

python3 "$here/report.py" "$work/rows" "$work/commands" >"$work/report.md"
cat "$work/report.md"
result=${RESULT:-$root/bench/results/$(date -u +%Y-%m-%d-%H%M)-percore.md}
if [[ $result != none ]]; then
  cp "$work/report.md" "$result"
  echo "Written to $result" >&2
fi
