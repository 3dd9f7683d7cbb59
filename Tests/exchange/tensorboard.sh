#!/usr/bin/env bash
# Trains for a moment and reads the curves with TensorBoard itself.
#
#   Tests/exchange/tensorboard.sh .build/release
#
# The training is cut off once, and what follows is done twice, so that the folder holds steps that
# count no more.
set -euo pipefail

if [[ $# -ne 1 || ! -x "$1/tarsus-lab" ]]; then
  echo "usage: Tests/exchange/tensorboard.sh BUILD_FOLDER, with tarsus-lab in it" >&2
  exit 2
fi
lab=$(cd "$1" && pwd)/tarsus-lab
cd "$(dirname "$0")/../.."
Tests/exchange/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=$work/run

has_row() { [[ -f $run/progress.csv && $(wc -l <"$run/progress.csv") -gt 1 ]]; }

"$lab" train spider --steps 30000 --seed 5 --out "$run" 2>"$work/log" &
training=$!
for ((tries = 1200; tries > 0; tries--)); do
  if has_row; then break; fi
  sleep 0.05
done
kill -INT "$training"
wait "$training"
grep -q 'go on with --resume' "$work/log" || {
  echo "tensorboard: the training ended before it was cut off:" >&2
  cat "$work/log" >&2
  exit 1
}
mkdir "$work/checkpoints"
cp "$run"/checkpoint-* "$work/checkpoints"
"$lab" train --resume --out "$run" 2>>"$work/log"
rm "$run"/checkpoint-*
cp "$work"/checkpoints/* "$run"
"$lab" train --resume --out "$run" 2>>"$work/log"

.venv-tests/bin/python Tests/exchange/curves.py "$run"
