#!/usr/bin/env bash
# Plants an allocation into the reading of each driver and shows that 'tarsus' does not build then.
#
#   Tests/planted-allocation.sh
#
# It changes Sources/ServoDrivers for the while, and refuses to when something there is not committed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! git diff --quiet -- Sources/ServoDrivers; then
  echo "planted-allocation.sh: found changes in Sources/ServoDrivers, expected none: commit them first" >&2
  exit 1
fi
log=$(mktemp)
readonly log
trap 'git checkout --quiet -- Sources/ServoDrivers; rm -f "$log"' EXIT
swift build --product tarsus >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
failures=0
for driver in BoardBus DynamixelBus FeetechBus; do
  file=Sources/ServoDrivers/$driver.swift
  # The first statement of read(into:deadlineNanoseconds:).
  awk '{ print }
    /public mutating func read\($/ { isIn = 1 }
    isIn && /throws\(BusError\) \{$/ { print "    let planted = [UInt8](repeating: 1, count: 9)"
      print "    if planted.count > Int(deadlineNanoseconds) { throw .silent }"; isIn = 0 }' \
    "$file" >"$file.planted"
  mv "$file.planted" "$file"
  if swift build --product tarsus >"$log" 2>&1; then
    echo "$driver: tarsus was built with an allocation in its tick"
    failures=$((failures + 1))
  else
    echo "$driver: $(grep -m 1 -E 'error: .*(allocat|locks)' "$log" | sed 's/.*error: //')"
  fi
  git checkout --quiet -- "$file"
done
[ "$failures" -eq 0 ]
