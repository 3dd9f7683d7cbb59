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
  /// The number by which the board knows the servo of each joint.
  private let ids: [UInt8]
  /// Where each servo was when it was last heard, and how fast.
  private var heard: [(ticks: Int16, ticksPerSecond: Int16)]

  /// Servos as they come, but for their numbers.
  init(of robot: Robot, kind: BoardServoKind) {
    let calibrations = (0..<robot.jointCount).map { robot[joint: $0].servo }
    ids = calibrations.map(\.id)
    heard = Array(repeating: (0, 0), count: ids.count)
    servos = calibrations.indices.map { joint in
      let (id, gain) = (calibrations[joint].id, Int32(calibrations[joint].positionGain))
      return switch kind {
      case .dynamixel: DynamixelServo(joint: joint, id: id, baudNumber: 3, nominalGain: gain)
      case .feetech: FeetechServo(joint: joint, id: id, baudNumber: 0, nominalGain: gain)
      }
    }
  }

  /// Whether one holds.
  var isOneOn: Bool { servos.contains { $0.goal.isOn } }

  /// Whether one reports an error of its own.
  var hasAlert: Bool { servos.contains { $0.hasAlert && !$0.isMute } }

  /// Whether one does not answer by the number that the board has for its joint.
  var isOneSilent: Bool { ids.contains { answering($0) == nil } }

  /// How the servo of each joint is.
  var health: BoardHealth {
    var health = BoardHealth(jointCount: ids.count)
    for joint in ids.indices {
      let index = answering(ids[joint])
      health.isSilent[joint] = index == nil
      health.celsius[joint] =
        index.map { UInt8(clamping: Int(servos[$0].stress.temperature.rounded())) } ?? 0
      health.errorBits[joint] = index.map { servos[$0].healthErrorBits } ?? 0
    }
    return health
  }

  /// The servo that answers by a number.
  private func answering(_ id: UInt8) -> Int? {
    servos.firstIndex { $0.id == id && !$0.isMute }
  }

  /// A fault of servos begins or ends.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    for index in servos.indices { servos[index].befall(fault, isOn: isOn) }
  }

  /// Puts a request to the servo that it names.
  mutating func answer(
    _ access: BoardRegisterAccess, nowMicroseconds: UInt64, _ robot: inout VirtualRobot
  ) -> BoardRegisterAnswer {
    guard let index = servos.firstIndex(where: { $0.id == access.id }) else { return .silent }
    let before = servos[index].goal
    let answer = servos[index].answer(
      access, supplyMillivolts: robot.supplyMillivolts, nowMicroseconds: nowMicroseconds)
    robot.judge(index, from: before, to: servos[index].goal)
    return servos[index].isMute ? .silent : answer
  }

  /// Makes all servos ready, sends them to a pose and lets them hold.
  mutating func arm(_ goalTicks: BoardLink.JointValues, _ robot: inout VirtualRobot) {
    command(&robot) { servo, joint in
      servo.makeReady()
      servo.go(to: goalTicks[joint])
      servo.hold(true)
    }
  }

  /// Sends all servos to a pose.
  mutating func go(to goalTicks: BoardLink.JointValues, _ robot: inout VirtualRobot) {
    command(&robot) { servo, joint in servo.go(to: goalTicks[joint]) }
  }

  /// Switches all torque off, also that which a tool has switched on.
  mutating func letGo() { for index in servos.indices { servos[index].hold(false) } }

  /// Tells the body what the servos do.
  func drive(_ robot: inout VirtualRobot) {
    for (joint, servo) in servos.enumerated() { robot.drive(joint, servo.drive) }
  }

  /// Lets time pass, after which they are where the body is.
  mutating func pass(_ robot: borrowing VirtualRobot, nowMicroseconds: UInt64) {
    let seconds = Double(robot.stepMicroseconds) * 1e-6
    for index in servos.indices {
      servos[index].pass(
        seconds: seconds, state: robot.servoState(index), nowMicroseconds: nowMicroseconds)
    }
    for joint in ids.indices {
      // What is silent is where it was.
      guard let index = answering(ids[joint]) else { continue }
      heard[joint] = (
        servos[index].positionTicks, robot.servoState(index).velocityTicksPerSecond
      )
    }
  }

  /// Where the servos say that they are, and how fast.
  mutating func report(in sample: inout BoardSample) {
    for joint in ids.indices {
      sample.positionTicks[joint] = heard[joint].ticks
      sample.velocityTicksPerSecond[joint] = heard[joint].ticksPerSecond
      guard let index = answering(ids[joint]) else { continue }
      let reading = servos[index].misreport.reading(
        position: Int32(heard[joint].ticks), velocity: Int32(heard[joint].ticksPerSecond))
      sample.positionTicks[joint] = Int16(clamping: reading.position)
      sample.velocityTicksPerSecond[joint] = Int16(clamping: reading.velocity)
    }
  }

  /// Does something to the servo that answers for each joint, and judges what becomes of its goal.
  private mutating func command(
    _ robot: inout VirtualRobot, _ body: (inout any VirtualServo, _ joint: Int) -> Void
  ) {
    for joint in ids.indices {
      for index in servos.indices where servos[index].id == ids[joint] {
        let before = servos[index].goal
        body(&servos[index], joint)
        robot.judge(index, from: before, to: servos[index].goal)
      }
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
