@testable import RobotControl
import RobotDescription
import ServoDrivers
import WireProtocol

/// The control loop behind a bus that hands over any numbers, not a number among them.
func fuzzSamples() {
  begin(Peer())
  run(SampleBus())
}

/// A bus whose samples are the input's.
private struct SampleBus: TickingBus, ~Copyable {
  let statistics = BusStatistics()
  private var isTorqueOn = false
  private var angles = JointValues(repeating: 0)
  private var count: Float = 0

  static func tick(_ runner: inout LoopRunner<SampleBus>, _ orders: LoopOrders) {
    runner.step(orders)
  }

  mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    for joint in 0..<FuzzRobot.jointCount {
      Watch.goal(joint, radians: pose[joint])
      Watch.torque(joint, isOn: true)
    }
    isTorqueOn = true
    try read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
  }

  mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) { try fail() }

  mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) {
    try fail()
    isTorqueOn = false
  }

  mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    try fail()
    count += 0.001
    sample = BusSample()
    sample.isTorqueOn = isTorqueOn
    sample.supplyMillivolts = 5_000
    sample.robot.gyro.x = count
    sample.robot.jointAngles = angles
    let changes = fields.byte()
    if changes & 0x01 != 0 { sample.robot.jointAngles[0] = fields.float() }
    if changes & 0x02 != 0 {
      sample.robot.jointAngles[1] += Float(Int8(bitPattern: fields.byte())) / 50
    }
    if changes & 0x04 != 0 { sample.robot.gyro[Int(fields.byte()) % 3] = fields.float() }
    if changes & 0x08 != 0 { sample.robot.gravity[Int(fields.byte()) % 3] = fields.float() }
    if changes & 0x10 != 0 { sample.robot.jointVelocities[1] = fields.float() }
    if changes & 0x20 != 0 { sample.jointAges[Int(fields.byte() & 1)] = fields.byte() }
    if changes & 0x40 != 0 { sample.supplyMillivolts = fields.word() }
    guard changes & 0x80 != 0 else { return }
    let flags = fields.byte()
    sample.isTorqueOn = flags & 1 != 0
    sample.hasWatchdogTripped = flags & 2 != 0
    sample.hasServoError = flags & 4 != 0
    sample.hottestServoCelsius = fields.byte()
  }

  mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    for joint in 0..<FuzzRobot.jointCount {
      Watch.goal(joint, radians: targets[joint])
      angles[joint] = targets[joint]
    }
    try fail()
  }

  /// Fails as the input says.
  private func fail() throws(BusError) {
    switch fields.byte() {
    case 1: throw .silent
    case 2: throw .disconnected
    case 3: throw .line(.timedOut(byteCount: 0, expectedByteCount: 9))
    case 4: throw .refused(.watchdogTripped)
    case 5: throw .servoElsewhere(id: 1)
    case 6: throw .refusedByServo(id: 2)
    case 7: throw .malformedReply
    case 8: Line.stall(nanoseconds: UInt64(fields.byte()) * 1_000_000)
    default: break
    }
  }
}
