#!/usr/bin/env bash
# Installs TensorBoard into .venv-tests, the Python of the tests. Safe to repeat; what other tests
# have installed there stays.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly tensorboard_version=2.21.0
if [ ! -x .venv-tests/bin/python ]; then
  python3 -m venv .venv-tests || {
    echo "exchange: python3 cannot make a virtual environment; install python3-venv" >&2
    exit 1
  }
fi
if ! .venv-tests/bin/python -m tensorboard.main --version 2>/dev/null |
  grep -qx "$tensorboard_version"; then
  echo "exchange: installing TensorBoard $tensorboard_version" >&2
  .venv-tests/bin/python -m pip install --quiet --disable-pip-version-check \
    "tensorboard==$tensorboard_version"
fi
