#!/usr/bin/env bash
# From nothing to a spider that walks over a serial line: sets up, builds, trains for about two
# minutes, freezes the actor, runs it at 50 Hz on the loopback for 15 s, and compares it with the
# untrained policy. Exits with 0 only if training was worth half a metre and the spider did not
# fall. Everything it makes is in runs/demo.
#
#   ./sim/demo.sh [--seed N]
set -euo pipefail
cd "$(dirname "$0")/.."

seed=0
case "${1:-}" in
  "") ;;
  --seed) seed=${2:?demo: --seed needs a number} ;;
  *) echo "demo: found '$1', expected nothing or --seed N" >&2; exit 2 ;;
esac

readonly out=runs/demo
readonly port=$out/spider.port
readonly bin=.build/release
loopback=

finish() {
  if [ -n "$loopback" ]; then kill -INT "$loopback" 2>/dev/null || true; fi
}
trap finish EXIT

# Walks a policy over the wire: both ends' reports go beside it.
walk() {
  local name=$1 tries=0
  "$bin/tarsus-lab" loopback spider --link "$port" --json \
    >"$out/$name.loopback.json" 2>"$out/$name.loopback.log" &
  loopback=$!
  until [ -e "$port" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -0 "$loopback" 2>/dev/null; then
      echo "demo: the loopback did not start:" >&2
      cat "$out/$name.loopback.log" >&2
      exit 1
    fi
    sleep 0.05
  done
  echo "walking with the $name policy for 15 s" >&2
  # A laptop that does other things too may miss more than three deadlines in a row.
  "$bin/tarsus" run "$out/$name.tarsus" --robot sim/robots/spider.yaml --port "$port" \
    --command 0.15,0,0 --duration 15 --arm --missed-deadlines 25 --json >"$out/$name.run.json"
  kill -INT "$loopback"
  wait "$loopback"
  loopback=
}

./sim/setup.sh
echo "building; the first time takes a few minutes" >&2
swift build -c release --product tarsus-lab
swift build -c release --product tarsus

rm -rf "$out"
"$bin/tarsus-lab" train spider --seed "$seed" --steps 0 --out "$out/untrained"
"$bin/tarsus-lab" train spider --config sim/tasks/forward.yaml --seed "$seed" --out "$out/trained" --json >"$out/train.json"
for name in untrained trained; do
  "$bin/tarsus-lab" freeze "$out/$name" --out "$out/$name.tarsus"
done
walk untrained
walk trained
"$bin/tarsus-lab" compare "$out/trained" "$out/untrained" --training "$out/train.json"
