#!/usr/bin/env bash
# Restarts node after node under load, as long as it lasts, and counts requests that failed.
# Usage: rolling-restart.sh [--seconds 60] [--connections 32]. Ends with 1 if one failed.
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
start_cluster
seconds=60 connections=32
while (($# > 1)); do
  case $1 in
    --seconds) seconds=$2 ;;
    --connections) connections=$2 ;;
    *) fail "Unknown option $1." ;;
  esac
  shift 2
done

restarts=0
start_load --seconds "$seconds" --connections "$connections"
began=$SECONDS
while is_loading; do
  for n in "${nodes[@]}"; do
    # One that is begun must come to its end under load, too.
    is_loading || break
    kill -TERM "${pids[node$n]}"
    status=0
    wait "${pids[node$n]}" || status=$?
    ((status == 0)) || fail "Node $n ended with code $status."
    start_node "$n"
    wait_up "$n"
    restarts=$((restarts + 1))
    echo "restarted node$n, $((SECONDS - began)) s after the begin"
  done
done

status=0
finish_load || status=$?
echo "Restarts: $restarts."
((restarts > 0)) || fail "Nothing was restarted: give it more time."
exit "$status"
