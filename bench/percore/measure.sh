#!/usr/bin/env bash
# Measures one server on one core, under load from another core.
#
#   measure.sh NAME PORT PATH COMMAND [ARGUMENT...]
#
# Starts COMMAND on CPU 0, checks its answers, loads it with wrk from CPU 1 over 64 connections,
# first with one request at a time on each connection, then with 16. Prints one line for each:
#
#   NAME DEPTH REQUESTS_PER_SECOND CPU_MICROSECONDS_PER_REQUEST P99 RESIDENT_KIB
#
# P99 is that of wrk; "-" for 16 at a time, where wrk does not time a single request.
#
# CPU time is what the kernel charged to the server's process, user and system, divided by the
# requests that wrk counted: it does not depend on whether wrk or the server is the bottleneck.
#
# Settings: SECONDS_PER_LOAD (5), SECONDS_WARM_UP (3), CONNECTIONS (64).
set -euo pipefail

name=$1 port=$2 path=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
url=http://127.0.0.1:$port$path
connections=${CONNECTIONS:-64}
log=$(mktemp)
requests=$(mktemp)

taskset -c 0 "$@" >"$log" 2>&1 </dev/null &
server=$!
finish() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -f "$log" "$requests"
}
trap finish EXIT

die() {
  printf '%s: %s\n' "$name" "$1" >&2
  tail -n 5 "$log" >&2
  exit 1
}

await_server() {
  local _
  for _ in $(seq 200); do
    kill -0 "$server" 2>/dev/null || die "the server ended"
    if curl --silent --output /dev/null --max-time 1 "$url"; then
      return
    fi
    sleep 0.1
  done
  die "no answer on $url"
}

# A wrong server can be fast. One request, then three in one segment.
check_answers() {
  local body count request
  body=$(curl --silent --fail --max-time 5 "$url") || die "no answer on $url"
  [[ $body == "Hello, World!" ]] || die "the answer is '$body'"

  # Through a file: bash's printf would write each line by itself.
  request="GET $path HTTP/1.1"$'\r\n'"Host: localhost"$'\r\n\r\n'
  printf '%s%s%s' "$request" "$request" "$request" >"$requests"
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  cat "$requests" >&3
  count=$(timeout 2 cat <&3 | grep --only-matching --text "HTTP/1.1 200 OK" | wc -l) || true
  exec 3>&-
  [[ $count == 3 ]] || die "3 requests in one segment got $count answers"
}

# The fields after the command's name, which may contain blanks: 12 and 13 are utime and stime.
cpu_ticks() {
  sed 's/^.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'
}

load() {
  local depth=$1 seconds=$2
  local arguments=(--threads 1 --connections "$connections" --duration "${seconds}s" --latency)
  if ((depth == 1)); then
    taskset -c 1 wrk "${arguments[@]}" "$url"
  else
    taskset -c 1 wrk "${arguments[@]}" --script "$here/depth.lua" "$url" -- "$depth"
  fi
}

measure() {
  local depth=$1 before after report resident
  before=$(cpu_ticks)
  report=$(load "$depth" "${SECONDS_PER_LOAD:-5}")
  after=$(cpu_ticks)
  resident=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
  if grep --quiet --extended-regexp 'Non-2xx|Socket errors' <<<"$report"; then
    die "errors at depth $depth: $(grep --extended-regexp 'Non-2xx|Socket errors' <<<"$report")"
  fi
  awk -v name="$name" -v depth="$depth" -v resident="$resident" \
    -v microseconds=$(((after - before) * 1000000 / $(getconf CLK_TCK))) '
    / requests in / { requests = $1 }
    /^Requests\/sec/ { rate = $2 }
    $1 == "99%" { p99 = $2 }
    END {
      if (!requests) exit 1
      if (depth > 1) p99 = "-"
      print name, depth, int(rate), sprintf("%.3f", microseconds / requests), p99, resident
    }' <<<"$report" || die "wrk counted no requests at depth $depth"
}

await_server
check_answers
load 1 "${SECONDS_WARM_UP:-3}" >/dev/null
measure 1
load 16 1 >/dev/null
measure 16
