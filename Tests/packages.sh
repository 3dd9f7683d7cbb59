#!/usr/bin/env bash
# Installs packages into .venv-tests, the Python of the tests. Safe to repeat; what other tests have
# installed there stays.
#
#   Tests/packages.sh tensorboard==2.21.0
#   Tests/packages.sh all                    what any of the tests needs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "$*" = all ]; then
  for setup in Tests/*/setup.sh; do "$setup"; done
  exit
fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT
fail() {
  echo "Tests/packages.sh: $1 ($(grep -v '^ *$' "$said" | tail -n 1 | head -c 300))" >&2
  exit 1
}

# Without a pip of its own, which takes a further package on Debian: that of the system serves. One that
# was made where this checkout was before is made again.
.venv-tests/bin/python -c 'import sys' 2>"$said" ||
  python3 -m venv --clear --without-pip .venv-tests >"$said" 2>&1 ||
  fail "no Python environment can be made in $PWD/.venv-tests; install python3-venv, and make room"
python3 -m pip --python .venv-tests/bin/python install --quiet --disable-pip-version-check \
  --root-user-action ignore "$@" >"$said" 2>&1 ||
  fail "$* could not be installed with pip; check the network, and run this again"
