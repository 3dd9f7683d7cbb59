#!/usr/bin/env bash
# Installs the reader of logs into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

Tests/packages.sh 'mcap==1.6.0'
