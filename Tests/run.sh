#!/usr/bin/env bash
# Sets up what is missing and runs every test. Fast checks first; it stops at the first failure.
set -euo pipefail
cd "$(dirname "$0")/.."

# The programs tested here are those of the release tests: one release build serves both.
readonly release=.build/release-tests/release

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

step "set-up"
./sim/setup.sh --tests

step "lint"
shellcheck sim/*.sh Tests/*.sh Tests/exchange/*.sh Tests/gymnasium/*.sh Tests/Fuzzing/*.sh \
  Tests/vendors/*.sh Tests/viewer/*.sh firmware-proto/*.sh .ci/run
swift format lint --strict --recursive --parallel \
  Package.swift Sources Tests sim firmware-proto/Package.swift firmware-proto/Sources

step "tests, debug"
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build

step "what comes from outside, fuzzed"
Tests/Fuzzing/run.sh 1

step "commands, release"
Tests/packages.sh mcap==1.6.0
swift build -c release --build-tests --scratch-path .build/release-tests -Xswiftc -enable-testing \
  --explicit-target-dependency-import-check error
Tests/commands.sh "$release"

step "servo vendors' clients"
Tests/vendors/clients.sh "$release"

step "TensorBoard"
Tests/exchange/tensorboard.sh "$release"

step "replays in Chromium"
Tests/viewer/page.sh "$release"

step "published tasks beside gymnasium"
Tests/gymnasium/setup.sh
.venv-tests/bin/python Tests/gymnasium/parity.py "$release/tarsus-lab"

# Optimised arithmetic and allocation differ from debug; the other modules do not depend on it.
step "tests, release"
swift test --skip-build -c release --scratch-path .build/release-tests -Xswiftc -enable-testing \
  --filter 'PolicyNetworkTests|RobotControlTests|LoopbackTests|TrainingTests'

step "Layer 0 for the microcontroller"
firmware-proto/build.sh

step "the robot side without MuJoCo"
Tests/without-mujoco.sh

step "all passed"
