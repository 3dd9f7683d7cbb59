import Glibc

/// The fuzz targets, by the name in `FUZZ_TARGET`.
///
/// Each takes ``fields`` apart and calls `fatalError` on what must not be; a hang is found by
/// libFuzzer's own limit and by ``Line/readsMax``, a read out of bounds by the checks of Swift.
private let targets: [String: @Sendable () -> Void] = [
  "Board": { fuzzDecoder(BoardWire.self) },
  "Dynamixel": { fuzzDecoder(DynamixelWire.self) },
  "Feetech": { fuzzDecoder(FeetechWire.self) },
  "WitMotion": { fuzzDecoder(WitMotionWire.self) },
  "BoardFrames": { fuzzFrames(BoardWire.self) },
  "DynamixelFrames": { fuzzFrames(DynamixelWire.self) },
  "FeetechFrames": { fuzzFrames(FeetechWire.self) },
  "WitMotionFrames": { fuzzFrames(WitMotionWire.self) },
  "BoardSession": fuzzBoardSession,
  "BoardBus": fuzzBoardBus,
  "DynamixelBus": fuzzDynamixelBus,
  "FeetechBus": fuzzFeetechBus,
  "Links": fuzzLinks,
  "Imu": fuzzImu,
  "BoardLoop": fuzzBoardLoop,
  "DynamixelLoop": fuzzDynamixelLoop,
  "FeetechLoop": fuzzFeetechLoop,
  "Samples": fuzzSamples,
  "CommandMessage": fuzzCommandMessage,
  "CommandScript": fuzzCommandScript,
  "CommandBytes": fuzzCommandBytes,
  "CommandLines": fuzzLines,
  "Steering": fuzzSteering,
]

private let target: @Sendable () -> Void = {
  let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    print("FUZZ_TARGET: found '\(name)', expected one of \(targets.keys.sorted())")
    exit(2)
  }
  return target
}()

/// Asked for its targets, it says them and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialiseFuzzing(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  if CommandLine.arguments.contains("--targets") {
    for name in targets.keys.sorted() { print(name) }
    exit(0)
  }
  return 0
}

/// The entry point of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  unsafe fields = Fields(start, count)
  Line.reset()
  target()
  return 0
}
