# What the scripts of this folder share; it is read by them, not run.
#
#   load balancer 127.0.0.1:8080 --- 10.213.N.1 | 10.213.N.2:8080 node N, for N = 1, 2, 3
#
# Each in a network namespace of its own, which ends with the script: nothing of it can be seen
# from outside, and two clusters do not meet.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=sluice-$$
nodes=(1 2 3)
unready=${SLUICE_UNREADY:-00:00:02}
directory=
declare -A pids=()

fail() { printf '%s\n' "$*" >&2; exit 1; }

# 77 is what test runners take for "not possible here".
require() {
  ((EUID == 0)) || { echo "Network namespaces need root." >&2; exit 77; }
  local tool
  for tool in haproxy ip curl; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed." >&2; exit 77; }
  done
  ip netns add "$prefix-lb" 2>/dev/null || { echo "No network namespaces here." >&2; exit 77; }
  if ! ip -n "$prefix-lb" link add probe type veth peer name probe2 2>/dev/null; then
    ip netns del "$prefix-lb"
    echo "No pairs of virtual network devices here." >&2
    exit 77
  fi
  ip -n "$prefix-lb" link del probe
}

clean_up() {
  local status=$? pid n
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  for n in lb "${nodes[@]}"; do
    # Whatever else still runs in there would keep the namespace.
    for pid in $(ip netns pids "$prefix-$n" 2>/dev/null); do
      kill -KILL "$pid" 2>/dev/null || true
    done
    ip netns del "$prefix-$n" 2>/dev/null || true
  done
  if [[ -n $directory ]]; then
    rm -rf "$directory"
  fi
  exit "$status"
}

build() {
  program=${SLUICE_CLUSTER_PROGRAM:-$folder/bin/Release/net10.0/cluster}
  if [[ -z ${SLUICE_CLUSTER_PROGRAM:-} ]]; then
    dotnet build -c Release "$folder" -v quiet -nologo >&2
  fi
  [[ -x $program ]] || fail "$program is not there."
}

in_lb() { ip netns exec "$prefix-lb" "$@"; }

start_node() {
  local n=$1
  DOTNET_NOLOGO=1 ip netns exec "$prefix-$n" "$program" node "node$n" \
    --urls "http://10.213.$n.2:8080" --Proxies "10.213.$n.1/32" --Drain:UnreadyTime "$unready" \
    --contentRoot "$directory" >>"$directory/node$n.log" 2>&1 &
  pids[node$n]=$!
}

# UP, DOWN and so on, as the load balancer sees it.
state_of() {
  in_lb curl -sS --max-time 5 'http://127.0.0.1:8404/;csv' 2>/dev/null \
    | awk -F, -v node="node$1" '$1 == "nodes" && $2 == node { print $18 }'
}

wait_up() {
  local n=$1 deadline=$((SECONDS + 60)) state=
  while ((SECONDS < deadline)); do
    state=$(state_of "$n" || true)
    [[ $state != UP ]] || return 0
    sleep 0.1
  done
  tail -n 20 "$directory/node$n.log" >&2
  fail "Node $n is not up: ${state:-no answer}."
}

start_cluster() {
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  require
  directory=$(mktemp -d -t "$prefix.XXXXXX")
  build
  local n lines=
  ip -n "$prefix-lb" link set lo up
  for n in "${nodes[@]}"; do
    ip netns add "$prefix-$n"
    ip -n "$prefix-lb" link add "node$n" type veth peer name eth0 netns "$prefix-$n"
    ip -n "$prefix-lb" addr add "10.213.$n.1/30" dev "node$n"
    ip -n "$prefix-$n" addr add "10.213.$n.2/30" dev eth0
    ip -n "$prefix-lb" link set "node$n" up
    ip -n "$prefix-$n" link set eth0 up
    ip -n "$prefix-$n" link set lo up
    start_node "$n"
    lines+="  server node$n 10.213.$n.2:8080"$'\n'
  done
  awk -v lines="$lines" '/^NODES$/ { printf "%s", lines; next } { print }' \
    "$folder/haproxy.cfg" >"$directory/haproxy.cfg"
  ip netns exec "$prefix-lb" haproxy -db -q -f "$directory/haproxy.cfg" >"$directory/haproxy.log" 2>&1 &
  pids[haproxy]=$!
  for n in "${nodes[@]}"; do
    wait_up "$n"
  done
}

# In the background; finish_load waits for it.
start_load() {
  ip netns exec "$prefix-lb" "$program" load http://127.0.0.1:8080/work "$@" \
    >"$directory/load.log" 2>&1 &
  pids[load]=$!
}

finish_load() {
  local status=0
  wait "${pids[load]}" || status=$?
  unset 'pids[load]'
  cat "$directory/load.log"
  return "$status"
}

is_loading() { kill -0 "${pids[load]}" 2>/dev/null; }
