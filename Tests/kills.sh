#!/usr/bin/env bash
# Kills runs (kill -9) at random moments, in real time, and asks the loopback for how long any goal went
# on changing after the last valid command: at most 100 ms, whatever the moment.
#
#   Tests/kills.sh BUILD_FOLDER [PROTOCOL [COUNT [SEED]]]       board, 100 kills, seed 1
#
# Prints the loopback's report. A kill takes some five seconds: the robot stands up in two.
set -euo pipefail
bin=$(cd "$1" && pwd)
readonly bin protocol=${2:-board} count=${3:-100}
RANDOM=${4:-1}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
readonly work
trap 'kill -9 $(jobs -rp) 2>/dev/null || true; rm -rf "$work"' EXIT

options=(--link "$work/robot.port" --json --protocol "$protocol")
ports=(--port "$work/robot.port" --protocol "$protocol")
if [ "$protocol" != board ]; then
  options+=(--imu-link "$work/imu.port")
  ports+=(--imu-port "$work/imu.port")
fi
"$bin/tarsus-lab" loopback spider "${options[@]}" >"$work/report.json" \
  2>"$work/loopback.err" &
loopback=$!
until [ -e "$work/robot.port" ]; do
  kill -0 "$loopback" 2>/dev/null || { cat "$work/loopback.err" >&2; exit 1; }
  sleep 0.05
done

kills=0
runs=0
while ((kills < count)); do
  runs=$((runs + 1))
  "$bin/tarsus" run sim/policies/spider.tarsus --robot sim/robots/spider.yaml "${ports[@]}" \
    --command 0.15,0,0 --arm >/dev/null 2>"$work/run.err" &
  run=$!
  # From before it moves to the middle of a walk.
  milliseconds=$((300 + RANDOM % 4700))
  sleep "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))"
  # One that a fault has ended, on a busy machine, has nothing to be killed.
  if kill -9 "$run" 2>/dev/null; then
    kills=$((kills + 1))
  else
    echo "run $runs ended by itself: $(tail -n 1 "$work/run.err")" >&2
    if ((runs >= 2 * count)); then
      echo "half of $runs runs ended by themselves: this machine is too busy" >&2
      exit 1
    fi
  fi
  wait "$run" 2>/dev/null || true
  # Until the watchdog has switched torque off, or long enough for one that holds.
  sleep 1.3
  if [ -t 2 ]; then printf '\r%d of %d' "$kills" "$count" >&2; fi
done
kill -INT "$loopback"
wait "$loopback"
cat "$work/report.json"
echo "$kills of $runs runs were killed" >&2
silence=$(sed -nE 's/^ *"stop_after_silence_milliseconds" : ([0-9.]*),?$/\1/p' "$work/report.json")
awk -v silence="$silence" 'BEGIN { exit !(silence != "" && silence <= 100) }' || {
  echo "a goal went on changing for $silence ms after the last command, expected at most 100" >&2
  exit 1
}
