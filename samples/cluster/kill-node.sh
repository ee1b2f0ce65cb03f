#!/usr/bin/env bash
# Kills a node under load (SIGKILL). Only the requests that it had in hand may fail: at most one
# for each connection. Usage: kill-node.sh [--seconds 10] [--connections 32].
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
start_cluster
seconds=10 connections=32
while (($# > 1)); do
  case $1 in
    --seconds) seconds=$2 ;;
    --connections) connections=$2 ;;
    *) fail "Unknown option $1." ;;
  esac
  shift 2
done

start_load --seconds "$seconds" --connections "$connections" --failures-max "$connections"
sleep $((seconds / 2))
kill -KILL "${pids[node2]}"
wait "${pids[node2]}" 2>/dev/null || true
unset 'pids[node2]'
echo "killed node2"
status=0
finish_load || status=$?
grep -Eq 'at most [01] on one connection' "$directory/load.log" \
  || fail "A connection saw more than the request that was in hand fail."
exit "$status"
