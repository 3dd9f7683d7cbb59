#!/usr/bin/env bash
# Makes .venv-inference, the Python of 'tarsus bench inference'. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

said=$(mktemp)
trap 'rm -f "$said"' EXIT
fail() {
  echo "sim/inference/setup.sh: $1 ($(grep -v '^ *$' "$said" | tail -n 1 | head -c 300))" >&2
  exit 1
}

[ -x .venv-inference/bin/python ] || python3 -m venv --without-pip .venv-inference >"$said" 2>&1 ||
  fail "no Python environment can be made in $PWD/.venv-inference; it needs room, and the right to write"
python3 -m pip --python .venv-inference/bin/python install --quiet --disable-pip-version-check \
  --root-user-action ignore 'onnxruntime==1.23.2' 'onnx==1.19.1' 'numpy==2.4.6' >"$said" 2>&1 ||
  fail "onnxruntime could not be installed with pip; check the network, and run this again"
