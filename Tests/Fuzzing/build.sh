#!/usr/bin/env bash
# Builds .build/fuzzing/fuzz, in which everything that can be fuzzed is: the product's own modules,
# instrumented for libFuzzer, and in the place of port and clock the lines of Line.swift.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly out=.build/fuzzing/build
mkdir -p "$out"

# The compiled product stays as long as none of its sources is newer.
compile() { # MODULE FOLDER
  local module=$1 folder=$2 object=$out/$1.o
  objects+=("$object")
  if [ -n "$(find "$folder" Tests/Fuzzing/build.sh -newer "$object" 2>&1)" ] || [ -n "$stale" ]; then
    stale=yes
    mapfile -t sources < <(find "$folder" -name '*.swift' | sort)
    swiftc "${flags[@]}" -module-name "$module" -emit-module -emit-module-path "$out/$module.swiftmodule" \
      -emit-object "${sources[@]}" -o "$object"
  fi
}

flags=(-O -wmo -parse-as-library -sanitize=fuzzer -swift-version 6 -package-name tarsus
  -enable-testing -suppress-warnings -enable-upcoming-feature InternalImportsByDefault -I "$out")
for boundary in CTerminal CSerialPort CRealtime CLayerKernel; do
  flags+=(-I "Sources/$boundary/include")
done
objects=()
stale=

for source in Sources/CTerminal/Terminal.c Sources/CTerminal/TerminalSpeed.c \
  Sources/CRealtime/Scheduling.c Sources/CRealtime/Signals.c Sources/CLayerKernel/CLayerKernel.c; do
  object=$out/$(basename "$source" .c).c.o
  objects+=("$object")
  # What Line.swift stands in for goes by another name here.
  clang -O2 -c "$source" -I "$(dirname "$source")/include" -o "$object" \
    -DterminalRead=machineRead -DterminalWrite=machineWrite \
    -DrealtimeMonotonicNanoseconds=machineNanoseconds -DrealtimeSleep=machineSleep
done
clang -O2 -c Tests/Fuzzing/Compares.c -o "$out/Compares.c.o"
objects+=("$out/Compares.c.o")
for module in WireProtocol RobotDescription PolicyNetwork Realtime SerialLink ServoDrivers Telemetry \
  RobotControl; do
  compile "$module" "Sources/$module"
done
compile PolicySamples Tests/PolicySamples

# The command sources are files of the program `tarsus`; they need nothing else of it.
mkdir -p "$out/empty"
: >"$out/empty/Empty.swift"
compile CommandSupport "$out/empty"
swiftc "${flags[@]}" -module-name Fuzz Tests/Fuzzing/*.swift \
  Sources/tarsus/Commands/{CommandError,CommandMessage,CommandScript,FlatJSON}.swift \
  Sources/tarsus/Commands/{GamepadCommand,GamepadMap,KeyboardCommand,LineCutter,SignedParts}.swift \
  "${objects[@]}" -lserialport -Xlinker --allow-multiple-definition -o .build/fuzzing/fuzz
