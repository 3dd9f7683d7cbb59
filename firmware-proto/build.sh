#!/bin/sh
# Builds the firmware, prints what it takes of the chip, and fails when a heap is linked in.
# Use: ./build.sh   leaves .build/tarsus-firmware.elf and .build/tarsus-firmware.bin
set -eu
cd "$(dirname "$0")"

triple=armv7em-none-none-eabi
# SwiftPM does not see a change of the linker script: always link.
rm -f ".build/$triple/release/TarsusFirmware"
swift build -c release --triple "$triple" --toolset toolset.json

# The LLVM tools stand beside the compiler, whether or not that folder is on the path.
bin=$(dirname "$(readlink -f "$(command -v swiftc)")")
for folder in "$bin" "$(dirname "$(command -v swiftc)")"; do
  [ -x "$folder/llvm-nm" ] && tools=$folder
done
: "${tools:?build.sh: llvm-nm is not beside swiftc; install the whole Swift toolchain}"

cp ".build/$triple/release/TarsusFirmware" .build/tarsus-firmware.elf
elf=.build/tarsus-firmware.elf
"$tools/llvm-objcopy" -O binary "$elf" .build/tarsus-firmware.bin

symbols=$("$tools/llvm-nm" "$elf")
heap=$(echo "$symbols" | awk '{ print $NF }' |
  grep -E '^_?(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|sbrk|swift_(slow)?[aA]lloc.*)$' ||
  true)
if [ -n "$heap" ]; then
  echo "build.sh: heap symbols are linked in, the board has no heap: $heap" >&2
  exit 1
fi

address() { echo "$symbols" | awk -v name="$1" '$NF == name { print "0x" $1 }'; }
flash=$(wc -c < .build/tarsus-firmware.bin)
memory=$(($(address bssEnd) - $(address dataStart)))
echo "flash $flash bytes of 1048576, static memory $memory bytes of 131072, no heap"
