#!/usr/bin/env bash
# Installs gymnasium, which the published tasks are compared with, into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

Tests/packages.sh 'gymnasium[mujoco]==1.4.0' 'mujoco==4.0.0'
