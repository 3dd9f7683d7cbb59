#!/usr/bin/env bash
# Installs gymnasium, which the published tasks are compared with, into .venv-tests/. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

# A new environment without pip of its own needs no python3-venv from Debian.
[ -x .venv-tests/bin/python ] || python3 -m venv --without-pip .venv-tests
python3 -m pip --python .venv-tests/bin/python install --quiet --disable-pip-version-check \
  --root-user-action ignore 'gymnasium[mujoco]==1.4.0' 'mujoco==4.0.0'
