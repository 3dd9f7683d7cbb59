internal import RobotDescription
internal import WireProtocol

/// What the servos behind a board are.
public enum BoardServoKind: String, Sendable, CaseIterable {
  /// XL330-M288.
  case dynamixel
  /// STS3215.
  case feetech
}

/// The servos on the bus behind a board, one for each joint of its robot.
struct BoardServos {
  private var servos: [any VirtualServo]
  private var goalTicks = BoardLink.JointValues(repeating: 0)
  private var isOn = false

  /// Servos as the board's firmware has made them ready.
  init(of robot: borrowing Robot, kind: BoardServoKind) {
    servos = []
    for joint in 0..<robot.jointCount {
      let calibration = robot[joint: joint].servo
      let gain = Int32(calibration.positionGain)
      switch kind {
      case .dynamixel:
        servos.append(
          DynamixelServo(joint: joint, id: calibration.id, baudNumber: 3, nominalGain: gain))
      case .feetech:
        servos.append(
          FeetechServo(joint: joint, id: calibration.id, baudNumber: 0, nominalGain: gain))
      }
    }
    reboot()
  }

  /// Starts all of them anew, and makes them ready.
  mutating func reboot() {
    for index in servos.indices {
      servos[index].reboot()
      servos[index].takeNominalGain()
    }
    isOn = false
  }

  /// Whether one reports an error of its own.
  var hasAlert: Bool { servos.contains { $0.hasAlert } }

  /// Puts a request to the servo that it names.
  mutating func answer(
    _ access: BoardRegisterAccess, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> BoardRegisterAnswer {
    guard let index = servos.firstIndex(where: { $0.id == access.id }) else { return .silent }
    return servos[index].answer(
      access, supplyMillivolts: supplyMillivolts, nowMicroseconds: nowMicroseconds)
  }

  /// Tells them what the board was told, and the body what comes of it.
  mutating func follow(
    _ goalTicks: BoardLink.JointValues, isOn: Bool, driving robot: inout VirtualRobot
  ) {
    for index in servos.indices {
      if isOn != self.isOn || goalTicks[index] != self.goalTicks[index] {
        servos[index].follow(goalTicks: goalTicks[index], isOn: isOn)
      }
      var drive = servos[index].drive
      // One that a tool has made hold goes where its own register says.
      if isOn { drive.goalTicks = goalTicks[index] }
      robot.drive(index, drive)
    }
    (self.goalTicks, self.isOn) = (goalTicks, isOn)
  }

  /// Lets time pass, after which they are where the body is.
  mutating func pass(_ robot: borrowing VirtualRobot, nowMicroseconds: UInt64) {
    let seconds = Double(robot.stepMicroseconds) * 1e-6
    for index in servos.indices {
      servos[index].pass(
        seconds: seconds, state: robot.servoState(index), nowMicroseconds: nowMicroseconds)
    }
  }
}

extension BoardRegisterAccess {
  /// The bytes to be written; `nil` when some are read.
  var newBytes: [UInt8]? {
    newBits.map { bits in (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
  }
}

extension UInt32 {
  /// Up to four bytes, the lowest first.
  init(bytes: some Collection<UInt8>) {
    self = 0
    for (index, byte) in bytes.enumerated() { self |= UInt32(byte) << (8 * index) }
  }
}
