internal import RobotDescription
public import WireProtocol

/// A simulated board that speaks the board link, with its robot.
public struct SimulatedBoard: LoopbackDevice, ~Copyable {
  /// The robot that the board drives.
  public private(set) var simulatedRobot: SimulatedRobot

  private var session: BoardSession
  private var servos: SimulatedBoardServos
  private var time: LoopbackTime
  private var flags = BoardFlags(rawValue: 0)
  private var tally = LoopbackReport()
  /// Repeated reading of the IMU while it is frozen.
  private var frozen: BoardSample?
  private var isGyroAtRange = false
  private var isGravityDouble = false
  private var buffer = InlineArray<165, UInt8>(repeating: 0)

  /// Version 1.0.
  private static let firmwareVersion: UInt16 = 0x0100

  /// Makes a board that has just started, disarmed.
  ///
  /// - Parameter servos: Servos on its bus, with the IDs that the robot has for them.
  public init(
    robot: consuming SimulatedRobot, clock: LoopbackClock, servos family: ServoFamily = .dynamixel
  ) {
    time = LoopbackTime(clock: clock, stepMicroseconds: robot.stepMicroseconds)
    session = Self.session(of: robot)
    servos = SimulatedBoardServos(of: robot.robot, family)
    servos.pass(robot, nowMicroseconds: 0)
    simulatedRobot = robot
  }

  private static func session(of robot: borrowing SimulatedRobot) -> BoardSession {
    BoardSession(
      firmwareVersion: firmwareVersion, jointCount: robot.robot.jointCount,
      jointNamesHash: jointNamesHash(of: robot.robot),
      controlPeriodMicroseconds: UInt32(robot.stepMicroseconds))
  }

  /// True when a fault can be injected: all but an answer with a wrong ID and a servo's restart.
  public static func knows(_ fault: LoopbackFault.Kind) -> Bool {
    switch fault {
    case .drop, .corrupt, .delay, .duplicate, .truncate, .silentServo, .hotServo, .lowSupply,
      .brownOut, .frozenIMU, .portGone, .flip, .echo, .implausiblePose, .frozenJoints,
      .randomJoints, .gyroRange, .gravityLength, .leftoverSettings:
      true
    case .wrongID, .servoReboot: false
    }
  }

  /// Begins or ends a fault of the device.
  public mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    servos.befall(fault, isOn: isOn)
    switch fault.kind {
    case .brownOut:
      guard isOn else { return }
      session = Self.session(of: simulatedRobot)
      noteMode()
    case .frozenIMU: frozen = isOn ? simulatedRobot.sense() : nil
    case .lowSupply: simulatedRobot.isSupplyLow = isOn
    case .gyroRange: isGyroAtRange = isOn
    case .gravityLength: isGravityDouble = isOn
    case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID, .flip, .silentServo,
      .servoReboot, .hotServo, .portGone, .echo, .implausiblePose, .frozenJoints, .randomJoints,
      .leftoverSettings:
      break
    }
  }

  /// The frame with flipped bits in its payload, and a right checksum.
  public func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]? {
    let (header, checksum) = (BoardProtocol.headerByteCount, BoardProtocol.checksumByteCount)
    guard reply.count > header + checksum, reply.count == header + Int(reply[6]) + checksum else {
      return nil
    }
    let crcStart = reply.count - checksum
    var bytes = reply.flippingBits(at: places, among: Array(header..<crcStart))
    bytes.replaceSubrange(crcStart..., with: CRC16.bytes(of: bytes[..<crcStart]))
    return bytes
  }

  /// Source of time.
  public var clock: LoopbackClock { time.clock }

  /// Time of the next physics step; in lockstep it comes only with a command.
  public var nextStepNanoseconds: UInt64 { 1_000 * time.nextStepMicroseconds }

  /// Report on the run so far.
  public var report: LoopbackReport {
    var report = tally
    simulatedRobot.addTravel(to: &report)
    report.isTorqueOn = servos.isOneOn
    report.skippedMicroseconds = time.skippedMicroseconds
    report.frames = Int(session.statistics.frames)
    report.badFrames = Int(session.statistics.badFrames)
    report.refusedRequests = Int(session.refusedRequestCount)
    return report
  }

  /// Receives one byte from the host and answers the requests that it completes, at once.
  ///
  /// In real time the physics is first brought up to now, so that a state is fresh.
  public mutating func receive(
    _ byte: UInt8, at nowNanoseconds: UInt64, replies: inout LoopbackReplies
  ) throws(LoopbackError) {
    try advance(to: nowNanoseconds)
    session.receive(byte, at: time.nowMicroseconds)
    while let request = session.nextRequest() {
      let byteCount = answer(request)
      if byteCount > 0 {
        replies.append(buffer.span.extracting(first: byteCount), dueNanoseconds: nowNanoseconds)
      }
      if clock == .lockstep && Self.asksForMotion(request) { try advanceOnePeriod() }
    }
  }

  /// Lets time pass up to now; in lockstep nothing happens.
  ///
  /// At most 20 ms pass in one call: the rest is skipped and counted, so that neither a suspended
  /// process nor a machine that is too slow trips the watchdog or has much to catch up.
  public mutating func advance(to nowNanoseconds: UInt64) throws(LoopbackError) {
    guard time.tell(nowNanoseconds / 1_000) else { return }
    while let start = time.nextStep() {
      // The watchdog acts between two steps, as it would on a board that is never late.
      poll(at: start)
      try step()
    }
    time.finish()
    poll(at: time.nowMicroseconds)
  }

  /// One control period of lockstep.
  private mutating func advanceOnePeriod() throws(LoopbackError) {
    for _ in 0..<simulatedRobot.stepsPerPeriod { try step() }
    time.pass(microseconds: UInt64(simulatedRobot.robot.controlPeriodMicroseconds))
    poll(at: time.nowMicroseconds)
  }

  private mutating func step() throws(LoopbackError) {
    servos.drive(&simulatedRobot)
    try simulatedRobot.step(count: 1)
    servos.pass(simulatedRobot, nowMicroseconds: time.nowMicroseconds)
  }

  /// Fault bits of the servos now.
  private var servoFaults: BoardFaults {
    let none = BoardFaults(rawValue: 0)
    return (servos.hasAlert ? .servoError : none).union(servos.isOneSilent ? .servoSilent : none)
  }

  /// Carries out a request and writes the answer into the buffer.
  private mutating func answer(_ request: BoardRequest) -> Int {
    if case .register(let access) = request.action, session.passes(access) {
      let answer = servos.answer(access, nowMicroseconds: time.nowMicroseconds, &simulatedRobot)
      var bytes = buffer.mutableSpan
      return session.answer(access, sequence: request.sequence, servo: answer, into: &bytes)
    }
    var sample = simulatedRobot.sense()
    servos.report(in: &sample)
    if let frozen {
      sample.gyro = frozen.gyro
      sample.gravity = frozen.gravity
    }
    if isGyroAtRange { sample.gyro = BoardVector(x: .max, y: .max, z: .max) }
    if isGravityDouble { sample.gravity = Self.doubled(sample.gravity) }
    session.standingFaults = servoFaults
    session.health = servos.health
    var bytes = buffer.mutableSpan
    let byteCount = session.answer(request, sample: sample, at: time.nowMicroseconds, into: &bytes)
    switch request.action {
    case .arm: servos.arm(session.goalTicks, &simulatedRobot)
    case .disarm: servos.switchTorqueOff()
    case .command where byteCount == 0:
      tally.commands += 1
      simulatedRobot.commanded()
      servos.setGoals(session.goalTicks, &simulatedRobot)
    case .command, .hello, .readState, .readHealth, .register, .refuse: break
    }
    noteMode()
    return byteCount
  }

  private mutating func poll(at nowMicroseconds: UInt64) {
    session.poll(at: nowMicroseconds)
    noteMode()
  }

  /// Switches torque off when the session has gone limp, and counts the actions of the watchdog.
  private mutating func noteMode() {
    let flags = session.flags
    if flags != self.flags {
      if flags.contains(.watchdogHolding) { tally.watchdogHolds += 1 }
      if flags.contains(.watchdogLimp) { tally.watchdogLimps += 1 }
      if !flags.contains(.torqueOn) { servos.switchTorqueOff() }
      self.flags = flags
    }
  }

  /// True when a request is a `command`, well-formed or not.
  private static func asksForMotion(_ request: BoardRequest) -> Bool {
    switch request.action {
    case .command: true
    case .refuse(let refusal):
      refusal.code == .malformedPayload
        && refusal.kindCode == BoardMessageKind.command.rawValue
    case .hello, .readState, .arm, .disarm, .readHealth, .register: false
    }
  }

  private static func doubled(_ vector: BoardVector) -> BoardVector {
    func doubled(_ count: Int16) -> Int16 { Int16(clamping: 2 * Int(count)) }
    return BoardVector(x: doubled(vector.x), y: doubled(vector.y), z: doubled(vector.z))
  }

  private static func jointNamesHash(of robot: Robot) -> UInt32 {
    var hash = JointNamesHash()
    for joint in 0..<robot.jointCount {
      let name = robot[joint: joint].name
      hash.startName()
      for index in 0..<name.byteCount { hash.update(name.byte(at: index)) }
    }
    return hash.value
  }
}
