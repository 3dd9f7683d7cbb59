import RobotDescription
import SerialLink
import ServoDrivers

// The drivers with their whole exchange: the input is what the host does, and what it is answered.

func fuzzBoardBus() {
  begin(BoardPeer())
  var bus = BoardBus(port: servoPort, robot: FuzzRobot.robot)
  if fields.byte() & 1 == 0 {
    guard (try? bus.connect(deadlineNanoseconds: deadline())) != nil else { return }
  }
  drive(&bus)
}

func fuzzDynamixelBus() {
  begin(DynamixelPeer())
  connectAndDrive(
    DynamixelBus(port: servoPort, imu: imuStream, robot: FuzzRobot.robot))
}

func fuzzFeetechBus() {
  begin(FeetechPeer())
  connectAndDrive(FeetechBus(port: servoPort, imu: imuStream, robot: FuzzRobot.robot))
}

/// Puts a peer on the line.
func begin(_ peer: Peer) {
  Watch.reset()
  Line.peer = peer
}

/// The host's end of the line to the servos.
var servoPort: SerialPort { SerialPort(descriptor: Line.servos, clock: .machine) }

/// The IMU of a line of servos.
var imuStream: ImuStream { ImuStream(port: SerialPort(descriptor: Line.imu, clock: .machine)) }

/// Up to 255 ms from now.
private func deadline() -> UInt64 { Line.nowNanoseconds + UInt64(fields.byte()) * 1_000_000 }

/// The most operations of a host in one execution.
private let operationsMax = 12
/// Time that five attempts need to read off endless noise.
private let noiseNanoseconds: UInt64 = 6_000_000

private func connectAndDrive<Bus: DirectServoBus & ~Copyable>(_ bus: consuming Bus) {
  let mode = fields.byte()
  // Most of the time is that of connecting, so that not every input does.
  if mode & 0x03 == 3 {
    Watch.mayWrite = mode & 0x04 == 0
    guard (try? bus.connect(setsUp: Watch.mayWrite)) != nil else { return }
    Watch.mayWrite = true
  }
  drive(&bus)
}

/// Uses a bus as a loop does, in any order.
private func drive<Bus: ServoBus & ~Copyable>(_ bus: inout Bus) {
  var sample = BusSample()
  var isArmed = false
  for _ in 0..<operationsMax where !fields.isOver {
    let operation = fields.byte() % 6
    let deadline = deadline()
    let (start, stalled) = (Line.nowNanoseconds, Line.stalledNanoseconds)
    switch operation {
    case 0: arm(&bus, &sample, &isArmed, deadline)
    case 1:
      if (try? bus.disarm(deadlineNanoseconds: deadline)) != nil {
        isArmed = false
        if Watch.isTorqueOn.contains(true) { fatalError("disarmed, and torque is on") }
      }
    case 2 where isArmed:
      Watch.allowed = .arming(sample.robot.jointAngles)
      try? bus.clearWatchdog(deadlineNanoseconds: deadline)
    case 3 where isArmed:
      var targets = JointValues(repeating: 0)
      for joint in 0..<FuzzRobot.jointCount { targets[joint] = fields.float() }
      Watch.allowed = .goals(targets)
      try? bus.write(targets, deadlineNanoseconds: deadline)
    default:
      if (try? bus.read(into: &sample, deadlineNanoseconds: deadline)) != nil { check(sample) }
    }
    Watch.allowed = .nothing
    // What a tick calls ends at its deadline, or with what had come by then.
    let late = Line.nowNanoseconds - (Line.stalledNanoseconds - stalled)
    if operation > 0 && late > max(start, deadline) + noiseNanoseconds {
      fatalError("operation \(operation) ended \(late - max(start, deadline)) ns late")
    }
  }
}

private func arm<Bus: ServoBus & ~Copyable>(
  _ bus: inout Bus, _ sample: inout BusSample, _ isArmed: inout Bool, _ deadline: UInt64
) {
  Watch.allowed = .arming(sample.robot.jointAngles)
  guard
    (try? bus.arm(
      at: sample.robot.jointAngles, into: &sample, deadlineNanoseconds: deadline)) != nil
  else { return }
  isArmed = true
  check(sample)
  if Watch.isTorqueOn.contains(false) { fatalError("armed, and torque is off") }
}

private func check(_ sample: BusSample) {
  if !sample.robot.isFinite(jointCount: FuzzRobot.jointCount) { fatalError("\(sample)") }
}
