#!/usr/bin/env bash
# Installs what Tarsus needs on Debian or Ubuntu and unpacks MuJoCo into .mujoco/. Safe to repeat:
# what is there already is left alone.
#
#   ./sim/setup.sh               everything
#   ./sim/setup.sh --robot-only  what `tarsus` needs on the robot (no MuJoCo, no OpenBLAS)
#   ./sim/setup.sh --tests       everything, and what Tests/run.sh needs
set -euo pipefail
cd "$(dirname "$0")/.."

readonly mujoco_version=4.0.0
case "$(uname -m)" in
  x86_64)
    readonly wheel_platform=manylinux_2_28_x86_64
    readonly wheel_sha256=1cea4f32972ade944fef7a9b586272a83352bf0c6404455d7ea56d7f9edaa136
    ;;
  aarch64)
    readonly wheel_platform=manylinux_2_28_aarch64
    readonly wheel_sha256=4f132a6ae0de32ebb56058f7d31f7a489226210882957014ba54d9289cf1a674
    ;;
  *)
    echo "setup: MuJoCo has no wheel for $(uname -m); use x86_64 or aarch64" >&2
    exit 1
    ;;
esac

packages=(libserialport-dev)
case "${1:-}" in
  "") packages+=(libopenblas-dev python3 python3-pip unzip) ;;
  --robot-only) ;;
  --tests) packages+=(libopenblas-dev python3 python3-pip unzip shellcheck chromium rt-tests) ;;
  *)
    echo "setup: found '$1', expected nothing, --robot-only or --tests" >&2
    exit 2
    ;;
esac

install_packages() {
  local missing=() name
  for name in "${packages[@]}"; do
    # What came with a Python of one's own serves as well as Debian's.
    if [ "$name" = python3-pip ] && python3 -m pip --version >/dev/null 2>&1; then continue; fi
    if [ "$name" = python3 ] && command -v python3 >/dev/null; then continue; fi
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' ||
      missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "setup: installing ${missing[*]}" >&2
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup: not root and no sudo; as root, run: apt-get install ${missing[*]}" >&2
      exit 1
    }
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_mujoco() {
  local library=.mujoco/lib/libmujoco.so.$mujoco_version
  if [ ! -f "$library" ] || [ ! -f .mujoco/include/mujoco/mjbatch.h ]; then
    echo "setup: fetching MuJoCo $mujoco_version" >&2
    local download
    download=$(mktemp -d)
    # shellcheck disable=SC2064  # the folder's name is wanted now, not at exit
    trap "rm -rf '$download'" EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
      --python-version 3.12 --implementation cp --platform "$wheel_platform" \
      -d "$download" "mujoco-core==$mujoco_version"
    echo "$wheel_sha256  $(echo "$download"/*.whl)" | sha256sum --check --quiet - || {
      echo "setup: the MuJoCo wheel is not the one pinned in sim/setup.sh; nothing installed" >&2
      exit 1
    }
    unzip -q "$download"/*.whl "mujoco/libmujoco.so.$mujoco_version" 'mujoco/include/*' \
      -d "$download/wheel"
    rm -rf .mujoco
    mkdir -p .mujoco/lib
    mv "$download/wheel/mujoco/include" .mujoco/include
    mv "$download/wheel/mujoco/libmujoco.so.$mujoco_version" "$library"
  fi
  ln -sfn "libmujoco.so.$mujoco_version" .mujoco/lib/libmujoco.so
  ln -sfn ../../../.mujoco/include/mujoco Sources/CMuJoCo/include/mujoco
}

command -v swift >/dev/null || {
  echo "setup: no Swift toolchain; install Swift $(cat .swift-version) from https://swift.org/install" >&2
  exit 1
}
install_packages
[ "${1:-}" = "--robot-only" ] || install_mujoco
