#!/usr/bin/env bash
# Trains for a moment, and looks at its replay in headless Chromium.
#
#   Tests/viewer/page.sh .build/release [SCREENSHOTS]
#
# With a second argument, pictures of the page are left in that folder.
set -euo pipefail

if [[ $# -lt 1 || ! -x "$1/tarsus-lab" ]]; then
  echo "usage: Tests/viewer/page.sh BUILD_FOLDER [SCREENSHOTS], with tarsus-lab in the first" >&2
  exit 2
fi
lab=$(cd "$1" && pwd)/tarsus-lab
pictures=${2:-}
if [ -n "$pictures" ]; then
  mkdir -p "$pictures"
  pictures=$(cd "$pictures" && pwd)
fi
cd "$(dirname "$0")/../.."
Tests/viewer/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$lab" train spider --steps 40000 --out "$work/run" 2>/dev/null
"$lab" replay "$work/run" --command 0.2,0,0 --html "$work/run.html"
"$lab" replay sim/policies/spider.tarsus --command 0.15,0,0 --html "$work/policy.html"
.venv-tests/bin/python Tests/viewer/page.py "$work/run.html" "$work/policy.html" ${pictures:+"$pictures"}
