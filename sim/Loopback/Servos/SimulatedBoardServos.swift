internal import RobotDescription
internal import WireProtocol

/// Simulated servos on the bus of a board, one for each joint of its robot.
struct SimulatedBoardServos {
  private var servos: [any SimulatedServo]
  /// ID that the board has for the servo of each joint.
  private let ids: [UInt8]
  /// Position and velocity of each servo when it answered last.
  private var heard: [(ticks: Int16, ticksPerSecond: Int16)]

  /// Makes new servos that have got their IDs.
  init(of robot: Robot, _ family: ServoFamily) {
    let calibrations = (0..<robot.jointCount).map { robot[joint: $0].servo }
    ids = calibrations.map(\.id)
    heard = Array(repeating: (0, 0), count: ids.count)
    servos = calibrations.indices.map { joint in
      let type: any SimulatedServo.Type =
        family == .dynamixel ? SimulatedDynamixel.self : SimulatedFeetech.self
      return type.init(
        family.kinds[0], joint: joint, id: calibrations[joint].id, baudRate: 1_000_000,
        nominalGain: Int32(calibrations[joint].positionGain))
    }
  }

  /// True when torque is on at a servo.
  var isOneOn: Bool { servos.contains { $0.isTorqueOn } }

  /// True when a servo reports an error.
  var hasAlert: Bool { servos.contains { $0.hasAlert && !$0.isMute } }

  /// True when a servo does not answer by the ID that the board has for its joint.
  var isOneSilent: Bool { ids.contains { answering($0) == nil } }

  /// Health of the servo of each joint.
  var health: BoardHealth {
    var health = BoardHealth(jointCount: ids.count)
    for joint in ids.indices {
      let index = answering(ids[joint])
      health.isSilent[joint] = index == nil
      health.celsius[joint] =
        index.map { UInt8(clamping: Int(servos[$0].stress.temperature.rounded())) } ?? 0
      health.errorBits[joint] = index.map { servos[$0].errorBits } ?? 0
    }
    return health
  }

  /// The servo that answers by an ID.
  private func answering(_ id: UInt8) -> Int? {
    servos.firstIndex { $0.id == id && !$0.isMute }
  }

  /// Begins or ends a fault of servos.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    for index in servos.indices { servos[index].befall(fault, isOn: isOn) }
  }

  /// Forwards a request to the servo that it names.
  mutating func answer(
    _ access: BoardRegisterAccess, nowMicroseconds: UInt64, _ robot: inout SimulatedRobot
  ) -> BoardRegisterAnswer {
    guard let index = servos.firstIndex(where: { $0.id == access.id }) else { return .silent }
    let before = servos[index].goal
    let answer = servos[index].answer(
      access, supplyMillivolts: robot.supplyMillivolts, nowMicroseconds: nowMicroseconds)
    robot.judge(index, from: before, to: servos[index].goal)
    return servos[index].isMute ? .silent : answer
  }

  /// Sets all servos up, sets their goals and switches torque on.
  mutating func arm(_ goalTicks: BoardProtocol.JointValues, _ robot: inout SimulatedRobot) {
    command(&robot) { servo, joint in
      servo.prepareForRun()
      servo.setGoal(goalTicks[joint])
      servo.setTorque(true)
    }
  }

  /// Sets the goals of all servos.
  mutating func setGoals(_ goalTicks: BoardProtocol.JointValues, _ robot: inout SimulatedRobot) {
    command(&robot) { servo, joint in servo.setGoal(goalTicks[joint]) }
  }

  /// Switches all torque off, also that which a tool has switched on.
  mutating func switchTorqueOff() {
    for index in servos.indices { servos[index].setTorque(false) }
  }

  /// Drives the joints of the body.
  func drive(_ robot: inout SimulatedRobot) {
    for (joint, servo) in servos.enumerated() { robot.drive(joint, servo.drive) }
  }

  /// Lets time pass, which ends in the state of the body.
  mutating func pass(_ robot: borrowing SimulatedRobot, nowMicroseconds: UInt64) {
    let seconds = Double(robot.stepMicroseconds) * 1e-6
    for index in servos.indices {
      servos[index].pass(
        seconds: seconds, state: robot.servoState(index), nowMicroseconds: nowMicroseconds)
    }
    for joint in ids.indices {
      // The board keeps the last position of a silent servo.
      guard let index = answering(ids[joint]) else { continue }
      heard[joint] = (
        servos[index].positionTicks, robot.servoState(index).velocityTicksPerSecond
      )
    }
  }

  /// Writes the positions and velocities that the servos report.
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

  /// Commands the servo with each joint's ID, and judges the change of its goal.
  private mutating func command(
    _ robot: inout SimulatedRobot, _ body: (inout any SimulatedServo, _ joint: Int) -> Void
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
  /// Bytes to be written; `nil` for a read.
  var newBytes: [UInt8]? {
    newBits.map { bits in (0..<byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
  }
}
