#!/usr/bin/env bash
# How much resident memory an idle connection costs a server.
#
#   run.sh [SERVER...]     default: reference raw raw-inline
#
# Opens connections to each server from another process, has each exchange one message, and
# divides the growth of the server's resident memory by their number: once when they are open,
# once when they have talked and are quiet again. What the kernel keeps for a socket is not in it.
# Needs the .NET SDK, python3, and for "reference" a C compiler and liburing.
#
# Settings, from the environment:
#   CONNECTIONS  8000; this shell's "ulimit -n" must exceed it
#   PORT         18090
#   SLUICE_TOOL  a Sluice.Tool.dll to run; by default it is built
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
port=${PORT:-18090}
connections=${CONNECTIONS:-8000}
work=$(mktemp -d)
server=
finish() {
  [[ -z $server ]] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  rm -rf "$work"
}
trap finish EXIT

if (($(ulimit -n) < connections + 200)); then
  ulimit -n $((connections + 200)) || { echo "run.sh: raise ulimit -n" >&2; exit 1; }
fi

need_tool() {
  [[ -z ${SLUICE_TOOL:-} ]] || return 0
  dotnet build "$root/tools/sluice" -c Release --verbosity quiet --nologo >&2
  SLUICE_TOOL=$root/tools/sluice/bin/Release/net10.0/Sluice.Tool.dll
}

# Leaves the protocol in $protocol and the command in $command.
describe() {
  [[ $1 == reference ]] || need_tool
  local tool=(dotnet "${SLUICE_TOOL:-}")
  protocol=echo
  case $1 in
    reference)
      cc -O2 -o "$work/reference" "$here/../percore/reference.c" -luring
      command=("$work/reference" "$port" echo)
      ;;
    raw) command=("${tool[@]}" echo --port "$port") ;;
    raw-inline) command=("${tool[@]}" echo --port "$port" --scheduling inline) ;;
    raw-sockets) command=("${tool[@]}" echo --port "$port" --engine sockets) ;;
    serve) protocol=http command=("${tool[@]}" serve "$work" --port "$port") ;;
    serve-sockets)
      protocol=http command=("${tool[@]}" serve "$work" --port "$port" --engine sockets)
      ;;
    *) echo "run.sh: there is no server '$1'" >&2; exit 2 ;;
  esac
}

servers=("$@")
((${#servers[@]})) || servers=(reference raw raw-inline)
for name in "${servers[@]}"; do
  describe "$name"
  "${command[@]}" >"$work/log" 2>&1 </dev/null &
  server=$!
  python3 "$here/idle.py" "$name" "$server" "$port" "$connections" "$protocol" || {
    tail -n 5 "$work/log" >&2
    exit 1
  }
  kill "$server"
  wait "$server" || true
  server=
done
