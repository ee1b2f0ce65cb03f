#!/usr/bin/env bash
# Puts each seeded bug into a copy of the tree, and lets the campaign look for it. Prints a table:
# the bug, the seed that showed it, after how many seconds, and what was broken. Code 1 if one is
# not found or does not apply any more.
#
#   seeded-bugs.sh [pitfall ...]      only those of these pitfalls
#   SLUICE_BUG_CONNECTIONS=200000     how many connections the campaign has for each
set -euo pipefail
cd "$(dirname "$0")/../.."

connections=${SLUICE_BUG_CONNECTIONS:-200000}
bugs=$PWD/tests/Sluice.Simulation.Tests/Data/SeededBugs
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
tar c --exclude=bin --exclude=obj src tests/Directory.Build.props tests/Sluice.Testing \
  tools/simulate ./*.props global.json BannedSymbols.txt .editorconfig README.md LICENSE |
  tar x -C "$tree"
cd "$tree"

build() {
  dotnet build tools/simulate -c Release -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false \
    -v quiet >build.log 2>&1 || { cat build.log >&2; return 1; }
}

look() {
  local status=0
  timeout 900 tools/simulate/bin/Release/net10.0/simulate campaign \
    --connections "$connections" >campaign.log 2>&1 || status=$?
  if ((status != 1)); then
    printf 'not found (code %d)' "$status"
    return 1
  fi
  awk '/^Seed .* failed: / && !seed { seed = $2; sub(/^[^:]*: /, ""); rule = $0 }
    /^Found after / { seconds = $3 }
    END { gsub(/\|/, "/", rule); printf "%s | %s | %s", seed, seconds, substr(rule, 1, 90) }' \
    campaign.log
}

build
failed=0
printf '| bug | seed | seconds | what the campaign said |\n|---|---|---|---|\n'
for bug in "$bugs"/*.patch; do
  name=$(basename "$bug" .patch)
  if (($# > 0)) && [[ " $* " != *" ${name%%-*} "* ]]; then
    continue
  fi
  if ! git apply "$bug" 2>apply.log; then
    printf '| %s | does not apply | | |\n' "$name"
    failed=1
    continue
  fi
  found=
  if build && found=$(look); then
    printf '| %s | %s |\n' "$name" "$found"
  else
    printf '| %s | %s | | |\n' "$name" "${found:-does not build}"
    failed=1
  fi
  git apply -R "$bug"
done
exit "$failed"
