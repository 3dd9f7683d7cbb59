#!/usr/bin/env bash
# Makes .venv-inference, the Python of 'tarsus bench inference'. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -x .venv-inference/bin/python ] || python3 -m venv --without-pip .venv-inference
python3 -m pip --python .venv-inference/bin/python install --quiet --disable-pip-version-check \
  --root-user-action ignore 'onnxruntime==1.23.2' 'onnx==1.19.1' 'numpy==2.4.6'
