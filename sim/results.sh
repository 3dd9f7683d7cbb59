#!/usr/bin/env bash
# Trains every task with A2C and with PPO, several seeds each, evaluates the last models, and prints
# the README's table. It takes hours; what is done is not done again, and Ctrl-C loses nothing: a
# training goes on where it was, and only complete ones are evaluated.
#
#   ./sim/results.sh [TASK...]       all tasks: spider walker Walker2d-v5 Ant-v5
#   SEEDS=0-1 OUT=runs/try ./sim/results.sh spider
set -euo pipefail
cd "$(dirname "$0")/.."

readonly seeds=${SEEDS:-0-4} out=${OUT:-runs/results}
readonly walker2d_steps=6000000
readonly lab=.build/release/tarsus-lab
tasks=("$@")
[ ${#tasks[@]} -gt 0 ] || tasks=(spider walker Walker2d-v5 Ant-v5)

swift build -c release --product tarsus-lab >&2

# Evaluates a run's last model, unless that is done: figures RUN NAME EPISODES [OPTION...]
figures() {
  local run=$1 name=$2 episodes=$3
  shift 3
  [ -e "$run/$name.json" ] && return
  "$lab" evaluate "$run" --episodes "$episodes" --json "$@" >"$run/$name.part"
  mv "$run/$name.part" "$run/$name.json"
}

# Trains several seeds and evaluates their last models: train NAME TASK [OPTION...]
train() {
  local name=$1 task=$2 episodes=20 run report
  shift 2
  case $task in spider | walker) episodes=100 ;; esac
  report=$("$lab" train "$task" --seeds "$seeds" --out "$out/$name" \
    --evaluation-episodes "$episodes" --json "$@")
  # An interrupted training reports nothing.
  [ -n "$report" ] || exit 130
  case $task in
    spider | walker)
      for run in "$out/$name"/seed-*; do
        figures "$run" randomised "$episodes" --randomize
        figures "$run" turning 20 --command 0,0,0.6
      done
      ;;
  esac
}

for task in "${tasks[@]}"; do
  train "$task-a2c" "$task"
  train "$task-ppo" "$task" --config sim/tasks/ppo.yaml
  case $task in
    # Steps of ten minutes on two cores.
    Walker2d-v5) train "$task-a2c-10min" "$task" --steps "$walker2d_steps" ;;
    Ant-v5) train "$task-a2c-10min" "$task" --config sim/tasks/Ant-v5-long.yaml ;;
  esac
done
python3 sim/results.py "$out"
