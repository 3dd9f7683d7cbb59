#!/usr/bin/env bash
# The servo vendors' own clients against the loopback, which has to look like servos to them.
#
#   Tests/vendors/clients.sh .build/release
set -euo pipefail

if [[ $# -ne 1 || ! -x "$1/tarsus-lab" ]]; then
  echo "usage: Tests/vendors/clients.sh BUILD_FOLDER, with tarsus-lab in it" >&2
  exit 2
fi
lab=$(cd "$1" && pwd)/tarsus-lab
cd "$(dirname "$0")/../.."
Tests/vendors/setup.sh
work=$(mktemp -d)
loopback=
finish() {
  [[ -z $loopback ]] || kill "$loopback" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# client SCRIPT BODY PROTOCOL: a loopback for one client.
client() {
  local script=$1 body=$2 protocol=$3 port=$work/port
  rm -f "$port"
  "$lab" loopback "$body" --protocol "$protocol" --link "$port" >/dev/null 2>"$work/log" &
  loopback=$!
  for ((tries = 1200; tries > 0; tries--)); do
    if [[ -e $port ]]; then break; fi
    sleep 0.05
  done
  timeout 300 .venv-tests/bin/python -B "Tests/vendors/$script" "$port" "$protocol" || {
    cat "$work/log" >&2
    exit 1
  }
  kill -INT "$loopback"
  wait "$loopback"
  loopback=
}

client with_dynamixel_sdk.py spider dynamixel
client with_feetech_sdk.py walker feetech
client with_rustypot.py spider dynamixel
client with_rustypot.py walker feetech
