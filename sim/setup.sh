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
    readonly library_sha256=90bc997a73efc90624a120f63eccd67441dfc6c705cd537357508f44757880ba
    ;;
  aarch64)
    readonly wheel_platform=manylinux_2_28_aarch64
    readonly wheel_sha256=4f132a6ae0de32ebb56058f7d31f7a489226210882957014ba54d9289cf1a674
    readonly library_sha256=0f26ca812e38dc71ade595de5b99d0eedc8a344b595e8968b32a391433dc566b
    ;;
  *)
    echo "setup: MuJoCo has no wheel for $(uname -m); use x86_64 or aarch64" >&2
    exit 1
    ;;
esac
# Of all headers, one after the other in the order of their names.
readonly headers_sha256=370a176a6ea522d9d0afdf8436e28e9c64a75cfa8bf625735794e65f30824477

# fail SENTENCE [FILE]: ends; of what a tool has said in the file, the last line tells most.
fail() {
  local said=
  if [ -n "${2:-}" ]; then said=$(grep -v '^ *$' "$2" | tail -n 1 | head -c 300 || true); fi
  echo "setup: $1${said:+ ($said)}" >&2
  exit 1
}

work=$(mktemp -d) || fail "no temporary folder can be made; make room in ${TMPDIR:-/tmp}"
readonly work
trap 'rm -rf "$work" .mujoco.part-$$' EXIT

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
  command -v apt-get >/dev/null ||
    fail "found no apt-get; install what Debian calls ${missing[*]} with this system's own tools"
  echo "setup: installing ${missing[*]}" >&2
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "not root and no sudo; as root, run: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  # The lists at hand may do where fetching new ones fails.
  "${root[@]}" apt-get update -qq >"$work/said" 2>&1 || true
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >"$work/said" 2>&1 ||
    fail "${missing[*]} could not be installed; check the network and apt-get, and run this again" \
      "$work/said"
}

# is_whole FOLDER: MuJoCo as it was published, to the last byte.
is_whole() {
  local library=$1/lib/libmujoco.so.$mujoco_version
  [ -f "$library" ] && [ -d "$1/include/mujoco" ] &&
    echo "$library_sha256  $library" | sha256sum --check --status - 2>/dev/null &&
    [ "$(find "$1/include" -type f -print0 | LC_ALL=C sort --zero-terminated |
      xargs --null cat | sha256sum)" = "$headers_sha256  -" ]
}

fetch_mujoco() {
  local part=.mujoco.part-$$
  echo "setup: fetching MuJoCo $mujoco_version" >&2
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --python-version 3.12 --implementation cp --platform "$wheel_platform" \
    -d "$work" "mujoco-core==$mujoco_version" >"$work/said" 2>&1 ||
    fail "MuJoCo could not be fetched with pip; check the network, and run this again" "$work/said"
  echo "$wheel_sha256  $(echo "$work"/*.whl)" | sha256sum --check --status - ||
    fail "the MuJoCo wheel is not the one pinned in sim/setup.sh; nothing installed"
  # Beside its place, so that the last step is a rename: it is there as a whole or not at all.
  { mkdir -p "$part/lib" &&
    unzip -q "$work"/*.whl "mujoco/libmujoco.so.$mujoco_version" 'mujoco/include/*' -d "$part" &&
    mv "$part/mujoco/include" "$part/include" &&
    mv "$part/mujoco/libmujoco.so.$mujoco_version" "$part/lib/" && rmdir "$part/mujoco"; } \
    >"$work/said" 2>&1 || fail "MuJoCo could not be unpacked in $PWD; make room there" "$work/said"
  is_whole "$part" || fail "MuJoCo was not unpacked as a whole in $PWD; check that disk"
  rm -rf .mujoco
  mv "$part" .mujoco
}

# link_to TARGET LINK: leaves one that is right alone, as in a checkout that only its owner may write.
link_to() { [ "$(readlink "$2")" = "$1" ] || ln -sfn "$1" "$2"; }

install_mujoco() {
  is_whole .mujoco || fetch_mujoco
  link_to "libmujoco.so.$mujoco_version" .mujoco/lib/libmujoco.so
  link_to ../../../.mujoco/include/mujoco Sources/CMuJoCo/include/mujoco
}

has_mujoco() {
  is_whole .mujoco && [ -e .mujoco/lib/libmujoco.so ] && [ -e Sources/CMuJoCo/include/mujoco ]
}

command -v swift >/dev/null ||
  fail "no Swift toolchain; install Swift $(cat .swift-version) from https://swift.org/install"
install_packages
if [ "${1:-}" != "--robot-only" ] && ! has_mujoco; then
  for folder in . Sources/CMuJoCo/include; do
    [ -w "$folder" ] || fail "$(realpath "$folder") cannot be written by $(id -un), it belongs to $(
      stat -c %U "$folder"
    ); run this as its owner, or in a copy of your own"
  done
  install_mujoco
fi
