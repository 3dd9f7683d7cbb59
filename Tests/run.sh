#!/usr/bin/env bash
# Sets up what is missing and runs every test. Fast checks first; it stops at the first failure.
#
# What needs no robot in real time (firmware, fuzzing, the build without MuJoCo, the release build of the
# tests) runs beside the checks of the commands, which mostly wait, and stands back behind them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The programs tested here are those of the release tests: one release build serves both. Nobody debugs
# it, so that it goes without what a debugger needs.
readonly release=.build/release-tests/release
readonly release_flags=(-c release --scratch-path .build/release-tests -Xswiftc -enable-testing
  -Xswiftc -gnone -Xcc -g0 -Xcxx -g0 --explicit-target-dependency-import-check error)
said=$(mktemp -d)
readonly said
declare -A beside=()

finish() {
  local name
  for name in "${!beside[@]}"; do
    # With all that it has begun; or itself, when it is not yet a session of its own.
    kill -TERM -- "-${beside[$name]}" 2>/dev/null || kill -TERM "${beside[$name]}" 2>/dev/null || true
  done
  rm -rf "$said"
}
trap finish EXIT
# So that Ctrl-C comes there as well.
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "Tests/run.sh: $1" >&2
  exit 1
}

# begin_beside NAME COMMAND...: a session of its own, of the lowest priority; the kernel may share
# processors between sessions first, which `nice` then does not reach
begin_beside() {
  setsid nice -n 19 bash -c '{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec "$@"' beside \
    "${@:2}" >"$said/$1" 2>&1 </dev/null &
  beside[$1]=$!
}

# end_beside NAME: waits for it and shows what it said; one that a step has ended already did so
end_beside() {
  local code=0
  [ -n "${beside[$1]:-}" ] || return 0
  wait "${beside[$1]}" || code=$?
  unset "beside[$1]"
  printf '\n-- %s\n' "$1"
  if [ "$code" -ne 0 ]; then
    tail -n 200 "$said/$1" >&2
    fail "$1: failed with $code; what it said last stands above"
  fi
  cat "$said/$1"
}

step() {
  local name
  # What has failed beside ends it here already.
  for name in "${!beside[@]}"; do
    if ! kill -0 "${beside[$name]}" 2>/dev/null; then end_beside "$name"; fi
  done
  printf '\n== %s (%d s)\n' "$1" "$SECONDS"
}

# check_tools: those that the set-up does not bring, with Debian's packages
check_tools() {
  local missing=() tool
  for tool in swift:swift swiftc:swift git:git tar:tar awk:mawk cmp:diffutils diff:diffutils find:findutils \
    ldd:libc-bin script:bsdutils taskset:util-linux setsid:util-linux setpriv:util-linux \
    timeout:coreutils; do
    command -v "${tool%:*}" >/dev/null || missing+=("${tool%:*} (${tool#*:})")
  done
  [ ${#missing[@]} -eq 0 ] || fail "found no ${missing[*]}; install these packages, in brackets"
  swift format --version >/dev/null 2>&1 ||
    fail "found no 'swift format'; install the whole Swift toolchain from https://swift.org/install"
  for tool in shellcheck chromium cyclictest python3; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} -eq 0 ] || fail "found no ${missing[*]} after the set-up; is PATH complete?"
}

# check_build FOLDER: what was built in another place is of no use in this one
check_build() {
  local plan=$1/debug.yaml
  [ -f "$plan" ] || plan=$1/release.yaml
  if [ -f "$plan" ] && ! grep -qF "\"$(pwd -P)/" "$plan"; then
    fail "$1 was built in another place, so that this checkout was moved; remove it: rm -rf '$PWD/$1'"
  fi
}

step "set-up"
./sim/setup.sh --tests
check_tools
check_build .build
check_build .build/release-tests
# All at once, and while others build.
begin_beside packages Tests/packages.sh all

step "lint"
Tests/Tidy/tidy.py --self-test
Tests/Tidy/tidy.py
shellcheck sim/*.sh sim/inference/*.sh Tests/*.sh Tests/*/*.sh firmware-proto/*.sh .ci/run
swift format lint --strict --recursive --parallel \
  Package.swift Sources Tests sim firmware-proto/Package.swift firmware-proto/Sources

step "tests, debug"
swift build --build-tests --explicit-target-dependency-import-check error
swift test --skip-build

step "release build"
for product in tarsus tarsus-lab; do swift build "${release_flags[@]}" --product "$product"; done
end_beside packages
begin_beside "the release build of the tests" swift build "${release_flags[@]}" --build-tests
begin_beside "what comes from outside, fuzzed" Tests/Fuzzing/run.sh 1
begin_beside "Layer 0 for the microcontroller" firmware-proto/build.sh
begin_beside "the robot side without MuJoCo" Tests/without-mujoco.sh

step "commands, release"
Tests/commands.sh "$release"

step "servo vendors' clients"
Tests/vendors/clients.sh "$release"

step "TensorBoard"
Tests/exchange/tensorboard.sh "$release"

step "replays in Chromium"
Tests/viewer/page.sh "$release"

step "published tasks beside gymnasium"
.venv-tests/bin/python Tests/gymnasium/parity.py "$release/tarsus-lab"

# Optimised arithmetic and allocation differ from debug; the other modules do not depend on it.
step "tests, release"
end_beside "the release build of the tests"
swift test "${release_flags[@]}" --skip-build \
  --filter 'PolicyNetworkTests|RobotControlTests|LoopbackTests|TrainingTests'

step "what ran beside"
for name in "${!beside[@]}"; do end_beside "$name"; done

step "all passed"
