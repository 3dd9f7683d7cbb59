#!/usr/bin/env bash
# Feeds all that reads commands from outside with what libFuzzer thinks up, and stops at the first crash,
# hang, or message that should not have been accepted. What it finds is left in .build/fuzzing/Commands.
#
#   Tests/Fuzzing/commands.sh 60
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?"usage: Tests/Fuzzing/commands.sh SECONDS"}
folder=$PWD/.build/fuzzing/Commands
mkdir -p "$folder/corpus" "$folder/sources"

# One module of the files that are needed, without the modules that the others would bring.
for file in Sources/RobotDescription/VelocityCommand.swift \
  Sources/tarsus/Commands/{CommandError,CommandMessage,FlatJSON,LineCutter,SignedParts,GamepadMap,CommandScript}.swift; do
  sed '/^[a-z]* *import /d' "$file" >"$folder/sources/$(basename "$file")"
done
cat >"$folder/sources/BoundedFile.swift" <<'SWIFT'
enum BoundedFile {
  static func read(_ path: String, byteCountMax: Int) throws(CommandError) -> [UInt8] { [] }
}
SWIFT
swiftc -O -parse-as-library -sanitize=fuzzer -module-name Fuzz \
  "$folder"/sources/*.swift Tests/Fuzzing/FuzzCommands.swift -o "$folder/fuzz"
if ! SWIFT_BACKTRACE=enable=no "$folder/fuzz" -max_total_time="$seconds" -timeout=5 -max_len=700 -seed=1 \
  -verbosity=0 -print_final_stats=1 -artifact_prefix="$folder/" "$folder/corpus" Tests/Fuzzing/Corpus/Commands \
  >"$folder/log" 2>&1; then
  grep -E 'Fatal error|ERROR|SUMMARY|Test unit written' "$folder/log" >&2 || cat "$folder/log" >&2
  exit 1
fi
grep number_of_executed "$folder/log"
echo "Commands: nothing found in $seconds s"
