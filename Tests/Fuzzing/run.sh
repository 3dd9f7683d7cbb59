#!/usr/bin/env bash
# Feeds everything that takes bytes or numbers from outside with what libFuzzer thinks up: decoders with
# raw bytes, and behind the checksums decoders, drivers with their whole exchange, the board's session,
# the control loop on each line, the IMU's stream and the command sources. It fails on a crash, a hang, or
# a goal that was not asked for. What it finds is left in .build/fuzzing/TARGET; a finding that is mended
# goes into Corpus/TARGET.
#
#   Tests/Fuzzing/run.sh 600                       ten minutes for each target
#   Tests/Fuzzing/run.sh 20 Dynamixel              twenty seconds for one
#   Tests/Fuzzing/run.sh --executions 10000000     the long form: so many executions of each target
#   Tests/Fuzzing/run.sh --executions 1000 --json  the same as JSON: executions, crashes and seconds of each
#
# A minute counts as a hang: a busy machine may keep a target waiting for seconds.
#
# Targets are those of the table in Fuzz.swift. One input again, with where it stopped:
#
#   FUZZ_TARGET=BoardLoop .build/fuzzing/fuzz .build/fuzzing/BoardLoop/crash-...
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() {
  echo "usage: Tests/Fuzzing/run.sh SECONDS | --executions N [--json] [TARGET...]" >&2
  exit 2
}
seconds=
executions=
json=
targets=()
while [ $# -gt 0 ]; do
  case $1 in
  --executions)
    executions=${2:-}
    [[ $executions =~ ^[0-9]+$ ]] || usage
    shift
    ;;
  --json) json=yes ;;
  -*) usage ;;
  *) if [[ $1 =~ ^[0-9]+$ ]]; then seconds=$1; else targets+=("$1"); fi ;;
  esac
  shift
done
[ -n "$seconds$executions" ] || usage

Tests/Fuzzing/build.sh >&2
mapfile -t known < <(.build/fuzzing/fuzz --targets)
[ ${#targets[@]} -gt 0 ] || targets=("${known[@]}")
for target in "${targets[@]}"; do
  [[ " ${known[*]} " == *" $target "* ]] || {
    echo "run.sh: found the target '$target', expected one of ${known[*]}" >&2
    exit 2
  }
done

# libFuzzer keeps the bytes of a crash, when it is let; a target without seeds begins with nothing.
fuzz() { # TARGET FOLDER
  local limits=(-timeout=60 -seed=1 -verbosity=0 -print_final_stats=1 "-artifact_prefix=$2/")
  # Longer inputs than these find nothing more, and take longer.
  case $1 in Board | Dynamixel | Feetech | WitMotion) limits+=(-max_len=700) ;; *) limits+=(-max_len=96) ;; esac
  [ -z "$seconds" ] || limits+=("-max_total_time=$seconds")
  [ -z "$executions" ] || limits+=("-runs=$executions")
  local corpora=("$2/corpus")
  [ ! -d "Tests/Fuzzing/Corpus/$1" ] || corpora+=("Tests/Fuzzing/Corpus/$1")
  FUZZ_TARGET=$1 SWIFT_BACKTRACE=enable=no .build/fuzzing/fuzz "${limits[@]}" "${corpora[@]}" \
    >"$2/log" 2>&1
}

failures=0
reports=()
for target in "${targets[@]}"; do
  folder=.build/fuzzing/$target
  mkdir -p "$folder/corpus"
  begun=$SECONDS
  crashes=0
  if ! fuzz "$target" "$folder"; then
    crashes=1
    failures=$((failures + 1))
    grep -aE 'Fatal error|ERROR|SUMMARY|Test unit written' "$folder/log" >&2 || cat "$folder/log" >&2
  fi
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
  reports+=("{\"target\":\"$target\",\"executions\":${count:-0},\"crashes\":$crashes,\"seconds\":$((SECONDS - begun))}")
  [ -n "$json" ] ||
    echo "$target: ${count:-0} executions in $((SECONDS - begun)) s, $crashes findings"
done
if [ -n "$json" ]; then
  (
    IFS=,
    echo "[${reports[*]}]"
  )
fi
[ "$failures" -eq 0 ]
