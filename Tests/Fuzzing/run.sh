#!/usr/bin/env bash
# Feeds each decoder of the wire with what libFuzzer thinks up, and stops at the first crash, hang
# or frame that should not have been accepted. What it finds is left in .build/fuzzing/DECODER.
#
#   Tests/Fuzzing/run.sh 600            ten minutes for each decoder
#   Tests/Fuzzing/run.sh 20 Dynamixel   twenty seconds for one
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?"usage: Tests/Fuzzing/run.sh SECONDS [DECODER...]"}
shift
decoders=("$@")
[ ${#decoders[@]} -gt 0 ] || decoders=(Board Dynamixel Feetech WitMotion)

mapfile -t sources < <(find Sources/WireProtocol -name '*.swift' | sort)
for decoder in "${decoders[@]}"; do
  folder=.build/fuzzing/$decoder
  mkdir -p "$folder/corpus"
  swiftc -O -parse-as-library -sanitize=fuzzer -module-name Fuzz \
    "${sources[@]}" Tests/Fuzzing/Fuzz.swift "Tests/Fuzzing/Fuzz$decoder.swift" -o "$folder/fuzz"
  # Begins with the frames and former findings in Corpus; new ones go into the build folder.
  # libFuzzer keeps the bytes of a crash, when it is let.
  if ! SWIFT_BACKTRACE=enable=no "$folder/fuzz" -max_total_time="$seconds" -timeout=60 -max_len=700 -seed=1 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="$folder/" \
    "$folder/corpus" "Tests/Fuzzing/Corpus/$decoder" >"$folder/log" 2>&1; then
    grep -E 'Fatal error|ERROR|SUMMARY|Test unit written' "$folder/log" >&2 || cat "$folder/log" >&2
    exit 1
  fi
  grep number_of_executed "$folder/log"
  echo "$decoder: nothing found in $seconds s"
done
