public import Realtime
public import RobotDescription
public import ServoDrivers
public import Telemetry

/// The fixed-rate loop: reads the robot, lets the ``Controller`` decide, writes the goals.
///
/// Its tick is ``TickingBus/tick(_:_:)`` of its bus, by way of a ``LoopRunner``.
public struct ControlLoop<Bus: ServoBus & ~Copyable>: ~Copyable {
  /// The state machine.
  public internal(set) var controller: Controller
  /// The last reading of the robot.
  public internal(set) var sample = BusSample()
  /// Whether torque was switched off after the last arming, by sitting down or at once.
  public internal(set) var hasLetGo = true
  /// Attempts to switch torque off that failed since the last arming.
  public internal(set) var failedLetGos = 0

  /// How long the parts of the ticks took.
  public internal(set) var phases = PhaseStatistics()

  var bus: Bus
  let recorder: FlightTap?
  private let robot: Robot
  private let check: ArmingCheck
  /// The clock of the line's deadlines, and of how long the parts of a tick take.
  public var clock: MonotonicClock { controller.clock }
  /// Attempts to switch torque off again when arming fails.
  private static var disarmAttempts: Int { 3 }
  /// Readings before one counts as unanswered when a robot is armed.
  private static var readAttempts: Int { 5 }
  /// Attempts to switch torque off before a robot that does not answer is left to its watchdog.
  public static var letGoAttempts: Int { 5 }

  let exchangeNanoseconds: UInt64

  /// Makes a disarmed loop.
  ///
  /// - Parameter recorder: Gets every tick.
  public init(
    bus: consuming Bus, controller: consuming Controller, robot: Robot,
    configuration: LoopConfiguration, recorder: FlightTap? = nil
  ) {
    self.bus = bus
    self.robot = robot
    check = ArmingCheck(robot: robot, configuration: configuration)
    self.recorder = recorder
    self.controller = controller
    exchangeNanoseconds = UInt64(
      Float(robot.controlPeriodMicroseconds) * 1000 * configuration.exchangeShareMax)
  }

  /// Asks the policy for a velocity; it is to be said again and again, or the robot comes to a stand.
  ///
  /// - Parameter isNew: Whether somebody said it now: on the way to it, that was earlier.
  public mutating func follow(_ command: VelocityCommand, isNew: Bool = true) {
    controller.follow(command, isNew: isNew)
  }

  /// Begins to sit down; torque goes off when the robot sits.
  public mutating func sitDown() { controller.sitDown() }

  /// Whether there is nothing left to do: the robot lies without torque, or cannot be reached.
  public var isOver: Bool {
    switch controller.state {
    case .disarmed: true
    case .standingUp, .running, .sittingDown: false
    case .faulted: hasLetGo || failedLetGos >= Self.letGoAttempts
    }
  }

  /// What has gone over the bus.
  public var busStatistics: BusStatistics { bus.statistics }

  /// Reads how the robot is found, twice, switches torque on and begins to stand up.
  ///
  /// Torque comes on only where both readings are alike and plausible: a goal is never taken from a
  /// pose that no joint can be in. When it fails later, torque is switched off again.
  ///
  /// - Parameter deadlineNanoseconds: For all exchanges together, on the loop's clock.
  public mutating func arm(deadlineNanoseconds: UInt64) throws(ArmingError) {
    var first = BusSample()
    var second = BusSample()
    try readBeforeArming(into: &first, deadlineNanoseconds)
    try readBeforeArming(into: &second, deadlineNanoseconds)
    if let refusal = check.refusal(first, second) { throw refusal }
    do throws(BusError) {
      try bus.arm(
        at: second.robot.jointAngles, into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    } catch {
      letGoUnarmed(deadlineNanoseconds)
      if case .servoElsewhere(let id) = error { throw .servoElsewhere(servo: name(ofServo: id)) }
      throw .bus(error)
    }
    // This reading is believed no more easily than the others.
    if let refusal = check.refusal(second, sample) {
      letGoUnarmed(deadlineNanoseconds)
      throw refusal
    }
    // It is held where it was told to be held, and stands up from there: not from up to two steps beside.
    sample.robot.jointAngles = second.robot.jointAngles
    controller.arm(from: sample)
    hasLetGo = false
    failedLetGos = 0
  }

  /// Switches torque off after an arming that failed: some servos may hold already.
  private mutating func letGoUnarmed(_ deadlineNanoseconds: UInt64) {
    hasLetGo = false
    for attempt in 1...Self.disarmAttempts where !hasLetGo {
      let deadline = deadlineNanoseconds + UInt64(attempt) * exchangeNanoseconds
      hasLetGo = (try? bus.disarm(deadlineNanoseconds: deadline)) != nil
    }
  }

  /// The servo with an ID, and the joint that it moves.
  private func name(ofServo id: UInt8) -> ServoName? {
    (0..<robot.jointCount).first { robot[joint: $0].servo.id == id }
      .map { ServoName(robot[joint: $0]) }
  }

  /// Reads until all servos have answered once: a single answer may be lost.
  private mutating func readBeforeArming(
    into sample: inout BusSample, _ deadlineNanoseconds: UInt64
  ) throws(ArmingError) {
    let missedBefore = bus.statistics.missedByJoint
    for attempt in 1...Self.readAttempts {
      do throws(BusError) {
        try bus.read(
          into: &sample, deadlineNanoseconds: share(of: deadlineNanoseconds, attempt))
        if sample.imuAge > 0 { throw .imuSilent }
        if (0..<robot.jointCount).allSatisfy({ sample.jointAges[$0] == 0 }) { return }
      } catch {
        guard attempt == Self.readAttempts || error == .disconnected else { continue }
        if error == .imuSilent, let report = bus.imuReport { throw .imuIncomplete(report) }
        if error != .silent { throw .bus(error) }
      }
    }
    let missed = bus.statistics.missedByJoint
    let silent = (0..<robot.jointCount).filter {
      sample.jointAges[$0] > 0 || missed[$0] &- missedBefore[$0] >= UInt32(Self.readAttempts)
    }
    guard !silent.isEmpty && silent.count < robot.jointCount else { throw .bus(.silent) }
    throw .servosSilent(servos: silent.map { ServoName(robot[joint: $0]) })
  }

  /// When an attempt to read is given up: one that misses an answer waits for it, and leaves time to
  /// the others and to what follows.
  private func share(of deadlineNanoseconds: UInt64, _ attempt: Int) -> UInt64 {
    let now = clock.nowNanoseconds
    guard deadlineNanoseconds > now else { return deadlineNanoseconds }
    let attemptsLeft = UInt64(Self.readAttempts - attempt + 1)
    return now + (deadlineNanoseconds - now) / (2 * attemptsLeft)
  }

  /// Switches torque off at once.
  ///
  /// It does not throw: ``hasLetGo`` says whether it succeeded. A board lets go by itself in time;
  /// servos on the line hold.
  public mutating func letGo(at nowNanoseconds: UInt64) {
    letGo(deadlineNanoseconds: nowNanoseconds + exchangeNanoseconds)
  }
}
