#!/usr/bin/env bash
# Three nodes behind HAProxy, each in a network namespace; Ctrl-C ends and removes all of it.
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
start_cluster
cat <<TEXT
Three nodes are up. Try, as root:
  ip netns exec $prefix-lb curl http://127.0.0.1:8080/
  ip netns exec $prefix-lb curl -s 'http://127.0.0.1:8404/;csv'
Logs are in $directory. Ctrl-C stops the cluster.
TEXT
wait "${pids[haproxy]}"
