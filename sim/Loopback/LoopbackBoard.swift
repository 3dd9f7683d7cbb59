internal import RobotDescription
internal import WireProtocol

/// A board that speaks the board link, and its robot.
public struct LoopbackBoard: LoopbackDevice, ~Copyable {
  /// The robot that the board drives.
  public private(set) var virtualRobot: VirtualRobot

  private var session: BoardSession
  private var servos: BoardServos
  private var time: LoopbackTime
  private var flags = BoardFlags(rawValue: 0)
  private var tally = LoopbackReport()
  /// What the motion sensor says for as long as it is frozen.
  private var frozen: BoardSample?
  private var isGyroAtRange = false
  private var isGravityDouble = false
  private var buffer = InlineArray<165, UInt8>(repeating: 0)

  /// Version 1.0.
  private static let firmwareVersion: UInt16 = 0x0100

  /// Makes a board that has just started, disarmed.
  ///
  /// - Parameter servoKind: What is on its servo bus, under the numbers that the robot has for them.
  public init(
    robot: consuming VirtualRobot, clock: LoopbackClock, servoKind: BoardServoKind = .dynamixel
  ) {
    time = LoopbackTime(clock: clock, stepMicroseconds: robot.stepMicroseconds)
    session = Self.session(of: robot)
    servos = BoardServos(of: robot.robot, kind: servoKind)
    servos.pass(robot, nowMicroseconds: 0)
    virtualRobot = robot
  }

  private static func session(of robot: borrowing VirtualRobot) -> BoardSession {
    BoardSession(
      firmwareVersion: firmwareVersion, jointCount: robot.robot.jointCount,
      jointNamesHash: jointNamesHash(of: robot.robot),
      controlPeriodMicroseconds: UInt32(robot.stepMicroseconds))
  }

  /// Whether a fault can befall it: all but an answer under a wrong number and a servo's start anew.
  public static func knows(_ fault: LoopbackFault.Kind) -> Bool {
    switch fault {
    case .drop, .corrupt, .delay, .duplicate, .truncate, .silentServo, .hotServo, .lowSupply,
      .brownOut, .frozenIMU, .portGone, .flip, .echo, .implausiblePose, .frozenJoints,
      .randomJoints, .gyroRange, .gravityLength, .leftoverSettings:
      true
    case .wrongID, .servoReboot: false
    }
  }

  /// A fault of the device begins or ends.
  public mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    servos.befall(fault, isOn: isOn)
    switch fault.kind {
    case .brownOut:
      guard isOn else { return }
      session = Self.session(of: virtualRobot)
      noteMode()
    case .frozenIMU: frozen = isOn ? virtualRobot.sense() : nil
    case .lowSupply: virtualRobot.isSupplyLow = isOn
    case .gyroRange: isGyroAtRange = isOn
    case .gravityLength: isGravityDouble = isOn
    case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID, .flip, .silentServo,
      .servoReboot, .hotServo, .portGone, .echo, .implausiblePose, .frozenJoints, .randomJoints,
      .leftoverSettings:
      break
    }
  }

  /// The frame with bits of its payload turned, and a right checksum.
  public func flipped(_ reply: [UInt8], places: [Int]) -> [UInt8]? {
    let (header, checksum) = (BoardLink.headerByteCount, BoardLink.checksumByteCount)
    guard reply.count > header + checksum, reply.count == header + Int(reply[6]) + checksum else {
      return nil
    }
    let crcStart = reply.count - checksum
    var bytes = reply.turningBits(at: places, among: Array(header..<crcStart))
    bytes.replaceSubrange(crcStart..., with: CRC16.bytes(of: bytes[..<crcStart]))
    return bytes
  }

  /// What makes time pass.
  public var clock: LoopbackClock { time.clock }

  /// When the next physics step is due; in lockstep it comes only with a command.
  public var nextStepNanoseconds: UInt64 { 1_000 * time.nextStepMicroseconds }

  /// What has happened so far.
  public var report: LoopbackReport {
    var report = tally
    virtualRobot.addTravel(to: &report)
    report.isTorqueOn = servos.isOneOn
    report.skippedMicroseconds = time.skippedMicroseconds
    report.frames = Int(session.statistics.frames)
    report.badFrames = Int(session.statistics.badFrames)
    report.refusedRequests = Int(session.refusedRequestCount)
    return report
  }

  /// Takes one byte from the host and answers the requests that it completes, at once.
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
  /// At most 20 ms pass in one call: the rest is skipped and counted, so that neither a process that
  /// was kept from running nor a machine that is too slow trips the watchdog or has much to catch up.
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
    for _ in 0..<virtualRobot.stepsPerPeriod { try step() }
    time.pass(microseconds: UInt64(virtualRobot.robot.controlPeriodMicroseconds))
    poll(at: time.nowMicroseconds)
  }

  private mutating func step() throws(LoopbackError) {
    servos.drive(&virtualRobot)
    try virtualRobot.step(count: 1)
    servos.pass(virtualRobot, nowMicroseconds: time.nowMicroseconds)
  }

  /// What is wrong with the servos now.
  private var servoFaults: BoardFaults {
    let none = BoardFaults(rawValue: 0)
    return (servos.hasAlert ? .servoError : none).union(servos.isOneSilent ? .servoSilent : none)
  }

  /// Writes the answer into the buffer and does to the robot what the request says.
  private mutating func answer(_ request: BoardRequest) -> Int {
    if case .register(let access) = request.action, session.passes(access) {
      let answer = servos.answer(access, nowMicroseconds: time.nowMicroseconds, &virtualRobot)
      var bytes = buffer.mutableSpan
      return session.answer(access, sequence: request.sequence, servo: answer, into: &bytes)
    }
    var sample = virtualRobot.sense()
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
    case .arm: servos.arm(session.goalTicks, &virtualRobot)
    case .disarm: servos.letGo()
    case .command where byteCount == 0:
      tally.commands += 1
      virtualRobot.commanded()
      servos.go(to: session.goalTicks, &virtualRobot)
    case .command, .hello, .readState, .readHealth, .register, .refuse: break
    }
    noteMode()
    return byteCount
  }

  private mutating func poll(at nowMicroseconds: UInt64) {
    session.poll(at: nowMicroseconds)
    noteMode()
  }

  /// Lets the servos go when the session has gone limp, and counts what the watchdog did.
  private mutating func noteMode() {
    let flags = session.flags
    if flags != self.flags {
      if flags.contains(.watchdogHolding) { tally.watchdogHolds += 1 }
      if flags.contains(.watchdogLimp) { tally.watchdogLimps += 1 }
      if !flags.contains(.torqueOn) { servos.letGo() }
      self.flags = flags
    }
  }

  /// Whether a request is a `command`, of a right form or not.
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
