internal import RobotDescription
internal import WireProtocol

/// The board and its robot as a value: bytes and time in, replies out, no I/O and no clock.
///
/// Times are in microseconds since the board started and never run backwards. In lockstep the
/// board keeps its own time and looks at no other. In real time it expects to be told the time
/// every few milliseconds: what a longer silence of its process has beyond that does not pass for
/// the board and its robot, since no host is to blame for it.
public struct LoopbackBoard: ~Copyable {
  /// What makes time pass.
  public let clock: LoopbackClock
  /// The robot that the board drives.
  public private(set) var virtualRobot: VirtualRobot

  private var session: BoardSession
  /// The latest time that it was told in real time.
  private var toldMicroseconds: UInt64 = 0
  /// The board's time; in real time the told one without what was skipped.
  private var nowMicroseconds: UInt64 = 0
  /// The board's time up to which physics was made.
  private var physicsMicroseconds: UInt64 = 0
  private var flags = BoardFlags(rawValue: 0)
  private var tally = LoopbackReport()
  private var buffer = InlineArray<165, UInt8>(repeating: 0)

  /// The longest time between two calls that passes in full; what is beyond is skipped and counted.
  private static let silenceMaxMicroseconds: UInt64 = 20_000
  /// Version 1.0.
  private static let firmwareVersion: UInt16 = 0x0100

  /// Makes a board that has just started, disarmed.
  public init(robot: consuming VirtualRobot, clock: LoopbackClock) {
    self.clock = clock
    session = BoardSession(
      firmwareVersion: Self.firmwareVersion, jointCount: robot.robot.jointCount,
      jointNamesHash: Self.jointNamesHash(of: robot.robot),
      controlPeriodMicroseconds: UInt32(robot.stepMicroseconds))
    virtualRobot = robot
  }

  /// When the next physics step is due; in lockstep it comes only with a command.
  public var nextStepMicroseconds: UInt64 {
    physicsMicroseconds + virtualRobot.stepMicroseconds + tally.skippedMicroseconds
  }

  /// What has happened so far.
  public var report: LoopbackReport {
    var report = tally
    let travel = virtualRobot.travel
    let stepSeconds = Double(virtualRobot.stepMicroseconds) * 1e-6
    report.frames = Int(session.statistics.frames)
    report.badFrames = Int(session.statistics.badFrames)
    report.refusedRequests = Int(session.refusedRequestCount)
    report.distanceMetres = travel.distanceMetres
    report.lateralMetres = travel.lateralMetres
    report.headingChangeRadians = travel.headingChangeRadians
    report.falls = travel.falls
    report.simulatedSeconds = Double(virtualRobot.stepCount) * stepSeconds
    report.torqueOnSeconds = Double(travel.torqueOnSteps) * stepSeconds
    return report
  }

  /// Takes one byte from the host and answers the requests that it completes.
  ///
  /// In real time the physics is first brought up to `nowMicroseconds`, so that a state is fresh.
  ///
  /// - Parameter replies: The bytes of the answers go to its end.
  public mutating func receive(
    _ byte: UInt8, at nowMicroseconds: UInt64, appendingRepliesTo replies: inout [UInt8]
  ) throws(LoopbackError) {
    try advance(to: nowMicroseconds)
    session.receive(byte, at: self.nowMicroseconds)
    while let request = session.nextRequest() {
      let byteCount = answer(request)
      for index in 0..<byteCount { replies.append(buffer[index]) }
      if clock == .lockstep && Self.asksForMotion(request) { try advanceOnePeriod() }
    }
  }

  /// Lets time pass up to now; in lockstep nothing happens.
  ///
  /// At most 20 ms pass in one call: the rest is skipped and counted, so that neither a process that
  /// was kept from running nor a machine that is too slow trips the watchdog or has much to catch up.
  public mutating func advance(to nowMicroseconds: UInt64) throws(LoopbackError) {
    guard clock == .realTime, nowMicroseconds > toldMicroseconds else { return }
    let silence = nowMicroseconds - toldMicroseconds
    toldMicroseconds = nowMicroseconds
    if silence > Self.silenceMaxMicroseconds {
      tally.skippedMicroseconds += silence - Self.silenceMaxMicroseconds
    }
    let end = nowMicroseconds - tally.skippedMicroseconds
    while physicsMicroseconds + virtualRobot.stepMicroseconds <= end {
      // The watchdog acts between two steps, as it would on a board that is never late.
      poll(at: max(physicsMicroseconds, self.nowMicroseconds))
      try virtualRobot.step(count: 1)
      physicsMicroseconds += virtualRobot.stepMicroseconds
    }
    self.nowMicroseconds = end
    poll(at: end)
  }

  /// One control period of lockstep.
  private mutating func advanceOnePeriod() throws(LoopbackError) {
    try virtualRobot.step(count: virtualRobot.stepsPerPeriod)
    nowMicroseconds += UInt64(virtualRobot.robot.controlPeriodMicroseconds)
    physicsMicroseconds = nowMicroseconds
    poll(at: nowMicroseconds)
  }

  /// Writes the answer into the buffer and does to the robot what the request says.
  private mutating func answer(_ request: BoardRequest) -> Int {
    let sample = virtualRobot.sense()
    var bytes = buffer.mutableSpan
    let byteCount = session.answer(request, sample: sample, at: nowMicroseconds, into: &bytes)
    if case .command = request.action, byteCount == 0 { tally.commands += 1 }
    followSession()
    return byteCount
  }

  private mutating func poll(at nowMicroseconds: UInt64) {
    session.poll(at: nowMicroseconds)
    followSession()
  }

  /// Brings the servos to what the session says, and counts what the watchdog did.
  private mutating func followSession() {
    let flags = session.flags
    if flags != self.flags {
      if flags.contains(.watchdogHolding) { tally.watchdogHolds += 1 }
      if flags.contains(.watchdogLimp) { tally.watchdogLimps += 1 }
      self.flags = flags
    }
    if session.isTorqueOn { virtualRobot.setGoals(session.goalTicks) }
    virtualRobot.setTorque(session.isTorqueOn)
  }

  /// Whether a request is a `command`, of a right form or not.
  private static func asksForMotion(_ request: BoardRequest) -> Bool {
    switch request.action {
    case .command: true
    case .refuse(let refusal):
      refusal.code == .malformedPayload
        && refusal.kindCode == BoardMessageKind.command.rawValue
    case .hello, .readState, .arm, .disarm: false
    }
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
