#!/usr/bin/env bash
# Builds `tarsus` from a copy of the sources in which MuJoCo was never set up, and checks what it
# is linked with; then checks that what does need MuJoCo names the cure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# By name, since an archive of the sources has no list of git's; the link is what the set-up makes.
files=(Package.swift Sources Tests sim)
# The same versions of the packages as here.
[ ! -f Package.resolved ] || files+=(Package.resolved)
tar --create --exclude=Sources/CMuJoCo/include/mujoco "${files[@]}" |
  tar --extract --directory "$copy"
cd "$copy"

swift build --product tarsus
binary=$(swift build --show-bin-path)/tarsus
if ldd "$binary" | grep -iE 'mujoco|blas'; then
  echo "without-mujoco: tarsus is linked with the libraries above; it must not be" >&2
  exit 1
fi
(cd / && env -i "$binary" --help >/dev/null)
if output=$(swift build --product tarsus-lab 2>&1); then
  echo "without-mujoco: tarsus-lab was built although MuJoCo is missing" >&2
  exit 1
fi
if ! grep -q 'sim/setup.sh' <<<"$output"; then
  echo "without-mujoco: the failed build does not name sim/setup.sh" >&2
  exit 1
fi
echo "tarsus builds and starts without MuJoCo and BLAS; tarsus-lab says what to run"
