#!/usr/bin/env bash
# Installs TensorBoard into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

Tests/packages.sh 'tensorboard==2.21.0'
