#!/usr/bin/env bash
# A long walk at 200 Hz over the loopback, in real time, with a log: no reply may be missed, neither program
# may grow, and the log has to be whole and agree with the policy bit for bit. On a virtual machine it says
# how long its host gave the processors to others.
#
#   Tests/soak.sh BUILD_FOLDER [SECONDS [PROTOCOL [POLICY]]]       3600 s, board
#   SOAK=lockstep Tests/soak.sh BUILD_FOLDER ...                   time passes with the ticks: some minutes
#
# Without a policy for 200 Hz one is trained first, for three minutes. Prints the figures as JSON.
set -euo pipefail
bin=$(cd "$1" && pwd)
readonly bin seconds=${2:-3600} protocol=${3:-board} mode=${SOAK:-paced}
policy=${4:+$(realpath "$4")}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
readonly work
trap 'kill -9 $(jobs -rp) 2>/dev/null || true; rm -rf "$work"' EXIT

# The spider, its task and its clock at four times the rate.
cp -r sim "$work/sim"
cd "$work"
sed -i 's/^control_rate_hz: 50/control_rate_hz: 200/' sim/robots/spider.yaml
sed -i 's/gait_period_ticks: 20/gait_period_ticks: 80/' sim/tasks/spider.yaml
if [ -z "$policy" ]; then
  "$bin/tarsus-lab" train spider --steps 4000000 --out training --set learner.discount=0.995 \
    --set learner.ticks_per_update=64 --set learner.log_deviation_start=-2.5 \
    --set task.episode_ticks_max=2000 --set task.command_interval_ticks=1000 \
    --set task.reward.target_change=-320 >&2
  policy=$work/spider.tarsus
  "$bin/tarsus-lab" freeze training --out "$policy" >&2
fi

options=(--link robot.port --json --protocol "$protocol")
# Both on one processor: a host that takes it away for a while takes the robot's time with the run's.
cpu=$(($(nproc) - 1))
pin=(taskset -c "$cpu")
ports=(--port robot.port --protocol "$protocol" --missed-deadlines 1000 --cpu "$cpu")
if [ "$mode" = lockstep ]; then
  pin=()
  options+=(--lockstep)
  ports=(--port robot.port --protocol "$protocol" --unpaced)
fi
if [ "$protocol" != board ]; then
  options+=(--imu-link imu.port)
  ports+=(--imu-port imu.port)
fi
"${pin[@]}" "$bin/tarsus-lab" loopback spider "${options[@]}" >loopback.json 2>loopback.err &
loopback=$!
until [ -e robot.port ]; do
  kill -0 "$loopback" 2>/dev/null || { cat loopback.err >&2; exit 1; }
  sleep 0.05
done
# Stalls of a shared machine in which some deadlines in a row are missed are counted, and do not end it.
"$bin/tarsus" run "$policy" --robot sim/robots/spider.yaml "${ports[@]}" --command 0.1,0,0.2 --arm \
  --duration "$seconds" --log walk.mcap --json >run.json 2>run.err &
run=$!

# Resident memory of both, once they have got going, and at its largest after that.
kilobytes() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status" 2>/dev/null || echo 0; }
stolen() { awk '/^cpu / { print $9 }' /proc/stat; }
declare -A first=() most=()
stolen=$(stolen)
began=$SECONDS
while kill -0 "$run" 2>/dev/null; do
  sleep 1
  if ((SECONDS - began < 5 + seconds / 100)); then continue; fi
  for process in "$run" "$loopback"; do
    now=$(kilobytes "$process")
    : "${first[$process]:=$now}"
    if ((now > ${most[$process]:-0})); then most[$process]=$now; fi
  done
  if [ -t 2 ]; then printf '\r%d of %d s' "$((SECONDS - began))" "$seconds" >&2; fi
done
stolen=$(($(stolen) - stolen))
wait "$run" || cat run.err >&2
kill -INT "$loopback"
wait "$loopback" || cat loopback.err >&2
"$bin/tarsus" log check walk.mcap --policy "$policy" --json >check.json || true

# Empty where the walk was too short for it.
growth() { if [ -n "${first[$1]:-}" ]; then echo $((${most[$1]} - ${first[$1]})); fi; }
python3 - "$(growth "$run")" "$(growth "$loopback")" "$stolen" \
  "$(getconf CLK_TCK)" <<'PYTHON'
import json, os, sys
run, loopback, check = (json.load(open(f"{name}.json")) for name in ("run", "loopback", "check"))
figures = {
    "ticks": run["ticks"],
    "missed_replies": run["missed_replies"],
    "partial_replies": run["partial_replies"],
    "missed_deadlines": run["missed_deadlines"],
    "lateness_microseconds": run["lateness_microseconds"],
    "exchange_microseconds": run["phases_microseconds"]["exchange"],
    "fault": run.get("fault"),
    "falls": loopback["falls"],
    "distance_metres": loopback["distance_metres"],
    "run_growth_kilobytes": int(sys.argv[1] or -1),
    "loopback_growth_kilobytes": int(sys.argv[2] or -1),
    "processor_stolen_seconds": int(sys.argv[3]) / int(sys.argv[4]),
    "log_bytes": os.path.getsize("walk.mcap"),
    "log_dropped": run["log"]["dropped"],
    "log_is_whole": check["is_whole"],
    "log_decisions": check["decisions"],
    "log_differing": check["differing"],
}
print(json.dumps(figures, indent=2))
failures = [
    text
    for text, is_wrong in {
        "replies were missed": figures["missed_replies"] + figures["partial_replies"] > 0,
        "it ended in a fault": figures["fault"] is not None,
        "it was too short to measure memory": "" in sys.argv[1:3],
        "memory grew by more than 512 kB": max(
            figures["run_growth_kilobytes"], figures["loopback_growth_kilobytes"]) > 512,
        "the log is cut off, has gaps or differs": not figures["log_is_whole"]
        or figures["log_dropped"] + figures["log_differing"] > 0,
    }.items()
    if is_wrong
]
sys.exit("; ".join(failures) or 0)
PYTHON
