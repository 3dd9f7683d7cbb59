#!/usr/bin/env bash
# Installs packages into .venv-tests, the Python of the tests. Safe to repeat; what other tests have
# installed there stays.
#
#   Tests/packages.sh tensorboard==2.21.0
set -euo pipefail
cd "$(dirname "$0")/.."

# Without a pip of its own, which takes a further package on Debian: that of the system serves.
[ -x .venv-tests/bin/python ] || python3 -m venv --without-pip .venv-tests
python3 -m pip --python .venv-tests/bin/python install --quiet --disable-pip-version-check \
  --root-user-action ignore "$@"
