public import RobotDescription
public import SerialLink
public import WireProtocol

/// A robot behind a board that speaks the board link (`firmware-proto/PROTOCOL.md`).
public struct BoardBus: ServoBus, ~Copyable {
  var line: BoardLine
  let robot: Robot
  private var missedReplies: UInt32 = 0
  private var remoteBadFrames: UInt32 = 0
  /// Last health of the servos; the board is asked once a second, and while a servo is silent.
  private var health: BoardHealth
  private var readsUntilHealth: UInt32
  /// True when the board knows health requests.
  private var tellsHealth = true
  /// For each joint, ticks since its servo answered the board.
  private var ages = InlineArray<32, UInt8>(repeating: 0)
  /// Ticks since the IMU answered the board.
  private var imuAge: UInt8 = 0

  /// Repetitions of an unanswered health request.
  private static let healthTriesPerSecond: UInt32 = 8

  /// The longest control period: half the board's command timeout, so that one lost command does
  /// not trip its watchdog.
  private static let periodMaxMicroseconds = UInt32(BoardProtocol.commandTimeoutMicroseconds / 2)

  /// Takes an open port; ``connect(deadlineNanoseconds:)`` comes next.
  public init(port: consuming SerialPort, robot: Robot) {
    self.init(line: BoardLine(port: port), robot: robot)
  }

  /// Takes a line on which no reply is awaited.
  init(line: consuming BoardLine, robot: Robot) {
    self.line = line
    self.robot = robot
    health = BoardHealth(jointCount: robot.jointCount)
    readsUntilHealth = Self.readsPerSecond(robot)
  }

  @_noAllocation
  private static func readsPerSecond(_ robot: borrowing Robot) -> UInt32 {
    1_000_000 / robot.controlPeriodMicroseconds
  }

  /// Counts of what has gone over the line.
  public var statistics: BusStatistics {
    @_noAllocation
    get {
      var statistics = BusStatistics()
      statistics.frames = line.statistics.frames
      statistics.checksumErrors = line.statistics.checksumErrors
      statistics.missedReplies = missedReplies
      statistics.remoteBadFrames = remoteBadFrames
      return statistics
    }
  }

  /// Notes on the line for the user.
  public var notes: [LineNote] { line.echoes ? [.echoes] : [] }

  /// Reads the board's identity and refuses a board of another robot.
  ///
  /// It also refuses a control period so long that the board's watchdog would trip between ticks.
  public mutating func connect(deadlineNanoseconds: UInt64) throws(BoardConnectError) {
    guard robot.controlPeriodMicroseconds <= Self.periodMaxMicroseconds else {
      throw .controlPeriodMicroseconds(
        robot: robot.controlPeriodMicroseconds, max: Self.periodMaxMicroseconds)
    }
    let identity: BoardIdentity
    do throws(BusError) {
      let frame = try line.exchange(.hello, reply: .helloReply, deadlineNanoseconds)
      do {
        identity = try BoardIdentity(decoding: frame)
      } catch {
        throw .malformedReply
      }
    } catch {
      throw .bus(error)
    }
    var names = JointNamesHash()
    for index in 0..<robot.jointCount {
      let name = robot[joint: index].name
      names.startName()
      for byte in 0..<name.byteCount { names.update(name.byte(at: byte)) }
    }
    guard identity.jointCount == robot.jointCount else {
      throw .jointCount(board: identity.jointCount, robot: robot.jointCount)
    }
    guard identity.jointNamesHash == names.value else {
      throw .jointNames(board: identity.jointNamesHash, robot: names.value)
    }
  }

  /// Reads the robot, clears the board's watchdog and switches torque on at the present position.
  @_noAllocation
  public mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    readsUntilHealth = 1
    try read(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    _ = try line.exchange(.arm, reply: .armReply, deadlineNanoseconds)
  }

  /// Arms the board again at the present position, after which it takes commands.
  @_noAllocation
  public mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError) {
    _ = try line.exchange(.arm, reply: .armReply, deadlineNanoseconds)
  }

  /// Switches torque off.
  @_noAllocation
  public mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError) {
    _ = try line.exchange(.disarm, reply: .disarmReply, deadlineNanoseconds)
  }

  /// Reads the board's state and converts it to SI units.
  ///
  /// The last values of a silent or absent IMU stay, and age.
  @_noAllocation
  public mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    let frame: BoardFrame
    do {
      frame = try line.exchange(.readState, reply: .state, deadlineNanoseconds)
    } catch {
      if case .silent = error { missedReplies &+= 1 }
      throw error
    }
    let state: BoardState
    do {
      state = try BoardState(decoding: frame)
    } catch {
      throw .malformedReply
    }
    guard state.sample.jointCount == robot.jointCount else { throw .malformedReply }
    let faults = state.faults
    let hearsIMU = !faults.contains(.imuSilent) && !faults.contains(.imuAbsent)
    imuAge = hearsIMU ? 0 : imuAge < .max ? imuAge + 1 : .max
    followServos(
      hasSilent: faults.contains(.servoSilent), hasError: faults.contains(.servoError),
      deadlineNanoseconds)
    remoteBadFrames = UInt32(state.badFrameCount)
    sample.supplyMillivolts = state.sample.supplyMillivolts
    sample.isTorqueOn = state.flags.contains(.torqueOn)
    sample.hasWatchdogTripped =
      state.flags.contains(.watchdogHolding) || state.flags.contains(.watchdogLimp)
    sample.hasServoError = faults.hasServoOrUnknownFault
    sample.hottestServoCelsius = 0
    for joint in 0..<robot.jointCount {
      sample.hottestServoCelsius = max(sample.hottestServoCelsius, health.celsius[joint])
      sample.servoCelsius[joint] = health.celsius[joint]
      // An error of the last health may be over.
      sample.servoErrors[joint] =
        faults.contains(.servoError) ? ServoErrors(rawValue: health.errorBits[joint]) : .none
    }
    sample.jointAges = ages
    sample.imuAge = imuAge
    if hearsIMU { convertIMU(state.sample, into: &sample.robot) }
    convert(state.sample, into: &sample.robot)
  }

  /// Asks for the health when that is due, and counts the ticks for which each servo has been
  /// silent.
  @_noAllocation
  private mutating func followServos(
    hasSilent: Bool, hasError: Bool, _ deadlineNanoseconds: UInt64
  ) {
    readsUntilHealth &-= 1
    var namesSilent = false
    let isUnexplained = hasError && !health.hasServoInError
    if tellsHealth && (readsUntilHealth == 0 || hasSilent || isUnexplained) {
      let isAnswered = readHealth(deadlineNanoseconds)
      namesSilent = isAnswered && health.hasSilentServo
      readsUntilHealth = Self.readsPerSecond(robot) / (isAnswered ? 1 : Self.healthTriesPerSecond)
    }
    for joint in 0..<robot.jointCount {
      // Where health names none, any may be silent.
      let isSilent = hasSilent && (health.isSilent[joint] || !namesSilent)
      ages[joint] = isSilent ? min(ages[joint], .max - 1) + 1 : 0
    }
  }

  /// Asks for the health of the servos; without an answer the last one stays.
  ///
  /// - Returns: True when the board has answered.
  @_noAllocation
  private mutating func readHealth(_ deadlineNanoseconds: UInt64) -> Bool {
    do throws(BusError) {
      let frame = try line.exchange(.readHealth, reply: .health, deadlineNanoseconds)
      var health: BoardHealth
      do {
        health = try BoardHealth(decoding: frame)
      } catch {
        throw .malformedReply
      }
      guard health.jointCount == robot.jointCount else { return false }
      for joint in 0..<robot.jointCount where health.isSilent[joint] {
        health.celsius[joint] = self.health.celsius[joint]
      }
      self.health = health
      return true
    } catch {
      if case .silent = error { missedReplies &+= 1 }
      if case .refused(.unknownKind) = error { tellsHealth = false }
      return false
    }
  }

  /// Sends the goals; the board answers only to refuse them.
  @_noAllocation
  public mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    var goals = BoardProtocol.JointValues(repeating: 0)
    for joint in 0..<robot.jointCount {
      goals[joint] = robot[joint: joint].servo.ticks(radians: targets[joint])
    }
    try line.send(
      BoardCommand(jointCount: robot.jointCount, goalTicks: goals), deadlineNanoseconds)
  }

  /// Converts the IMU's numbers on the wire to SI units.
  @_noAllocation
  private func convertIMU(_ sensed: BoardSample, into sample: inout RobotSample) {
    let gyro = SIMD3(Float(sensed.gyro.x), Float(sensed.gyro.y), Float(sensed.gyro.z))
    let gravity = SIMD3(Float(sensed.gravity.x), Float(sensed.gravity.y), Float(sensed.gravity.z))
    sample.gyro = gyro / BoardProtocol.gyroCountsPerRadianPerSecond
    sample.gravity = gravity / BoardProtocol.gravityCountsPerUnit
  }

  /// Converts the joints' numbers on the wire to SI units.
  @_noAllocation
  private func convert(_ sensed: BoardSample, into sample: inout RobotSample) {
    for joint in 0..<robot.jointCount {
      let servo = robot[joint: joint].servo
      sample.jointAngles[joint] = servo.radians(ticks: sensed.positionTicks[joint])
      sample.jointVelocities[joint] = servo.radiansPerSecond(
        ticksPerSecond: Int32(sensed.velocityTicksPerSecond[joint]))
    }
  }
}

extension BoardHealth {
  /// True when any servo is silent.
  fileprivate var hasSilentServo: Bool {
    @_noAllocation get {
      for joint in 0..<jointCount where isSilent[joint] { return true }
      return false
    }
  }

  /// True when any servo reports an error.
  fileprivate var hasServoInError: Bool {
    @_noAllocation get {
      for joint in 0..<jointCount where errorBits[joint] != 0 { return true }
      return false
    }
  }
}

extension BoardFaults {
  /// True when there is a servo error, no servo bus, or a fault that this version does not know.
  fileprivate var hasServoOrUnknownFault: Bool {
    @_noAllocation get {
      let others = BoardFaults.commandTimeout.union(.imuAbsent).union(.servoSilent)
        .union(.imuSilent)
      return rawValue & ~others.rawValue != 0
    }
  }
}

/// Reason why a board cannot run a robot.
public enum BoardConnectError: Error, Equatable, Sendable {
  /// The exchange with it failed.
  case bus(BusError)
  /// Its watchdog would trip between two ticks, or with one lost command.
  case controlPeriodMicroseconds(robot: UInt32, max: UInt32)
  /// It has another number of joints.
  case jointCount(board: Int, robot: Int)
  /// Its joints have other names or another order.
  case jointNames(board: UInt32, robot: UInt32)
}

extension BoardConnectError: CustomStringConvertible {
  /// One sentence: found, expected, cure.
  public var description: String {
    let cure = "use the robot file that belongs to this board"
    switch self {
    case .bus(let error): return error.description
    case .controlPeriodMicroseconds(let robot, let max):
      return "board: its watchdog takes control periods of at most \(max) µs, the robot file has "
        + "\(robot) µs; set control_rate_hz to \(1_000_000 / max) or more, and train for that rate"
    case .jointCount(let board, let robot):
      return "board: it has \(board) joints, the robot file \(robot); \(cure)"
    case .jointNames(let board, let robot):
      return "board: the hash of its joint names is \(board), that of the robot file \(robot); "
        + cure
    }
  }
}
