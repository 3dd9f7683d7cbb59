#!/usr/bin/env bash
# Installs the servo vendors' own clients into .venv-tests. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

Tests/packages.sh 'dynamixel-sdk==4.1.0' 'feetech-servo-sdk==1.0.0' 'rustypot==1.13.1'
