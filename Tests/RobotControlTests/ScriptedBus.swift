@testable import RobotControl
import RobotDescription
import ServoDrivers
import WireProtocol

/// The answers of a ``ScriptedBus``, and the calls to it.
final class Script {
  enum Call: Equatable {
    case read(deadlineNanoseconds: UInt64)
    case write(deadlineNanoseconds: UInt64)
    case arm(deadlineNanoseconds: UInt64)
    case clearWatchdog(deadlineNanoseconds: UInt64)
    case disarm(deadlineNanoseconds: UInt64)
  }

  var sample = Pair.sample()
  var readError: BusError?
  var writeError: BusError?
  var armError: BusError?
  var disarmError: BusError?
  /// Every so many reads one goes unanswered; 0 answers all.
  var missedReadPeriod = 0
  /// Reads that go unanswered before the first that does not.
  var missedReadsAtFirst = 0
  /// Calls since the last ``takeCalls()``, unless it must not allocate.
  var recordsCalls = true
  private var calls: [Call] = []
  private var readCount = 0
  /// By how much the first joint moves from one reading to the next.
  var jointStep: Float = 0
  /// True when the joints follow their targets.
  var followsTargets = true
  /// The targets written last; before, where the robot was found.
  private(set) var written = Pair.sample().robot.jointAngles

  func takeCalls() -> [Call] {
    defer { calls = [] }
    return calls
  }

  fileprivate func record(_ call: Call) {
    if recordsCalls { calls.append(call) }
  }

  fileprivate func read(into sample: inout BusSample) throws(BusError) {
    readCount += 1
    if readCount <= missedReadsAtFirst { throw .silent }
    if missedReadPeriod > 0 && readCount % missedReadPeriod == 0 { throw .silent }
    if let readError { throw readError }
    sample = self.sample
    // A working IMU and working encoders do not repeat their readings.
    let noise = Float(readCount % 2) * 0.001
    sample.robot.gyro.z += noise
    sample.robot.jointAngles[0] += Float(readCount % 2) * jointStep
    guard followsTargets else { return }
    for joint in 0..<2 { sample.robot.jointAngles[joint] = written[joint] + noise }
  }

  fileprivate func write(_ targets: borrowing JointValues) throws(BusError) {
    if let writeError { throw writeError }
    written = copy targets
  }
}

/// A robot that answers by a script: no bytes, no clock.
struct ScriptedBus: TickingBus, ~Copyable {
  let script: Script

  var statistics: BusStatistics { BusStatistics() }

  static func tick(_ runner: inout LoopRunner<ScriptedBus>, _ orders: LoopOrders) {
    runner.step(orders)
  }

  mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {
    script.record(.clearWatchdog(deadlineNanoseconds: deadlineNanoseconds))
  }

  mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    script.record(.arm(deadlineNanoseconds: deadlineNanoseconds))
    try script.read(into: &sample)
    if let error = script.armError { throw error }
  }

  mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) {
    script.record(.disarm(deadlineNanoseconds: deadlineNanoseconds))
    if let error = script.disarmError { throw error }
  }

  mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    script.record(.read(deadlineNanoseconds: deadlineNanoseconds))
    try script.read(into: &sample)
  }

  mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    script.record(.write(deadlineNanoseconds: deadlineNanoseconds))
    try script.write(targets)
  }
}
