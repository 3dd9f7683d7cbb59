#!/usr/bin/env bash
# Bars on measured speed, for a quiet machine: the tests have none, since any machine may be busy.
#
#   Tests/speed.sh .build/release
#
# Prints what it measured, and exits with 1 when something was slower. Takes some two minutes.
set -euo pipefail

if [[ $# -ne 1 || ! -x "$1/tarsus-lab" ]]; then
  echo "usage: Tests/speed.sh BUILD_FOLDER, with tarsus-lab in it" >&2
  exit 2
fi
lab=$(cd "$1" && pwd)/tarsus-lab
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
slow=0

# judge WHAT FOUND LEAST MOST
judge() {
  echo "$1: $2, wanted from $3 to $4"
  awk -v found="$2" -v least="$3" -v most="$4" 'BEGIN { exit !(found >= least && found <= most) }' ||
    slow=1
}
figure() { sed -nE "s/^ *\"$2\" : ([^,]*),?$/\1/p" "$1"; }

"$lab" train CartPole-v1 --steps 200000 --seed 0 --threads 1 --out "$work/pole" --json \
  --set learner.environment_count=16 --set learner.discount=0.99 --set learner.kl_target=0.004 \
  >"$work/pole.json" 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
judge "CartPole-v1, 200 000 steps on one thread, seconds" "$(figure "$work/pole.json" seconds)" 0 15
for task in spider:0.8 walker:0.8 Walker2d-v5:0.85 Ant-v5:0.85; do
  "$lab" bench training --task "${task%:*}" --turns 5 --seconds 2 --json >"$work/bench.json"
  judge "training ÷ physics alone, ${task%:*}" "$(figure "$work/bench.json" ratio)" "${task#*:}" 10
done
exit "$slow"
