#!/usr/bin/env bash
# Installs what speaks to Chromium into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

Tests/packages.sh 'websocket-client==1.9.0'
