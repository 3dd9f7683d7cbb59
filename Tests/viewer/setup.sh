#!/usr/bin/env bash
# Installs what speaks to Chromium into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly version=1.9.0
[ -x .venv-tests/bin/python ] || python3 -m venv .venv-tests
if ! .venv-tests/bin/python -c "import websocket; assert websocket.__version__ == '$version'" \
  2>/dev/null; then
  echo "viewer: installing websocket-client $version" >&2
  .venv-tests/bin/python -m pip install --quiet --disable-pip-version-check \
    "websocket-client==$version"
fi
