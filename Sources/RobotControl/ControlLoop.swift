public import Realtime
public import RobotDescription
public import ServoDrivers
public import Telemetry
public import WireProtocol

/// The fixed-rate control loop: reads the robot, lets the ``Controller`` decide, writes the goals.
///
/// A ``LoopRunner`` runs its tick, which is ``TickingBus/tick(_:_:)`` of its bus.
public struct ControlLoop<Bus: ServoBus & ~Copyable>: ~Copyable {
  /// The state machine.
  public internal(set) var controller: Controller
  /// The last reading of the robot.
  public internal(set) var sample = BusSample()
  /// True when torque was switched off after the last arming, by sitting down or at once.
  public internal(set) var isTorqueOff = true
  /// Attempts to switch torque off that failed since the last arming.
  public internal(set) var failedTorqueOffs = 0

  /// Durations of the phases of the ticks.
  public internal(set) var phases = PhaseStatistics()

  var bus: Bus
  let recorder: FlightTap?
  private let robot: Robot
  private let check: ArmingCheck
  /// The clock of the line's deadlines and of the durations.
  public var clock: MonotonicClock { controller.clock }
  /// Attempts to switch torque off after a failed arming.
  private static var disarmAttempts: Int { 3 }
  /// Attempts to read the robot before arming.
  private static var readAttempts: Int { 5 }
  /// Attempts to switch torque off before the loop gives up; servos without a watchdog may hold on.
  public static var torqueOffAttempts: Int { 5 }

  let exchangeNanoseconds: UInt64

  /// Makes a disarmed loop.
  ///
  /// - Parameter recorder: Receives every tick.
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

  /// Sets the velocity that the policy is asked for; without repetition the robot stops.
  ///
  /// - Parameter isNew: `false` for a repetition that nobody has sent.
  public mutating func follow(_ command: VelocityCommand, isNew: Bool = true) {
    controller.follow(command, isNew: isNew)
  }

  /// Begins to sit down; torque is switched off when the robot sits.
  public mutating func sitDown() { controller.sitDown() }

  /// True when nothing is left to do: torque is off, or the robot cannot be reached.
  public var isOver: Bool {
    switch controller.state {
    case .disarmed: true
    case .standingUp, .running, .sittingDown: false
    case .faulted: isTorqueOff || failedTorqueOffs >= Self.torqueOffAttempts
    }
  }

  /// Counts of the line.
  public var busStatistics: BusStatistics { bus.statistics }

  /// Reads the robot twice, switches torque on and begins to stand up.
  ///
  /// Torque is switched on only when both readings agree and are plausible, so that no goal comes
  /// from a pose that is impossible. When arming fails later, torque is switched off again.
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
      switchTorqueOffUnarmed(deadlineNanoseconds)
      if case .servoElsewhere(let id) = error { throw .servoElsewhere(servo: name(ofServo: id)) }
      throw .bus(error)
    }
    // This reading must pass the same checks.
    if let refusal = check.refusal(second, sample) {
      switchTorqueOffUnarmed(deadlineNanoseconds)
      throw refusal
    }
    // The servos hold the pose of the second reading, so the robot stands up from there.
    sample.robot.jointAngles = second.robot.jointAngles
    controller.arm(from: sample)
    isTorqueOff = false
    failedTorqueOffs = 0
  }

  /// Switches torque off after a failed arming: some servos may hold already.
  private mutating func switchTorqueOffUnarmed(_ deadlineNanoseconds: UInt64) {
    isTorqueOff = false
    for attempt in 1...Self.disarmAttempts where !isTorqueOff {
      let deadline = deadlineNanoseconds + UInt64(attempt) * exchangeNanoseconds
      isTorqueOff = (try? bus.disarm(deadlineNanoseconds: deadline)) != nil
    }
  }

  /// The servo with an ID, and the joint that it moves.
  private func name(ofServo id: UInt8) -> ServoName? {
    (0..<robot.jointCount).first { robot[joint: $0].servo.id == id }
      .map { ServoName(robot[joint: $0]) }
  }

  /// Reads until all servos have answered once, since a single answer may be lost.
  private mutating func readBeforeArming(
    into sample: inout BusSample, _ deadlineNanoseconds: UInt64
  ) throws(ArmingError) {
    let missedBefore = bus.statistics.missedByJoint
    var isIMUSilent = false
    for attempt in 1...Self.readAttempts {
      do throws(BusError) {
        try bus.read(
          into: &sample, deadlineNanoseconds: share(of: deadlineNanoseconds, attempt))
        isIMUSilent = sample.imuAge > 0
        let hasJoints = (0..<robot.jointCount).allSatisfy { sample.jointAges[$0] == 0 }
        if hasJoints && !isIMUSilent { return }
      } catch {
        isIMUSilent = false
        guard attempt == Self.readAttempts || error == .disconnected else { continue }
        if error != .silent { throw .bus(error) }
      }
    }
    if isIMUSilent {
      if let report = bus.imuReport { throw .imuIncomplete(report) }
      throw .imuSilent
    }
    let missed = bus.statistics.missedByJoint
    let silent = (0..<robot.jointCount).filter {
      sample.jointAges[$0] > 0 || missed[$0] &- missedBefore[$0] >= UInt32(Self.readAttempts)
    }
    guard !silent.isEmpty && silent.count < robot.jointCount else { throw .bus(.silent) }
    throw .servosSilent(servos: silent.map { ServoName(robot[joint: $0]) })
  }

  /// The deadline of an attempt to read, which leaves time to the other attempts and the steps
  /// after them.
  private func share(of deadlineNanoseconds: UInt64, _ attempt: Int) -> UInt64 {
    let now = clock.nowNanoseconds
    guard deadlineNanoseconds > now else { return deadlineNanoseconds }
    let attemptsLeft = UInt64(Self.readAttempts - attempt + 1)
    return now + (deadlineNanoseconds - now) / (2 * attemptsLeft)
  }

  /// Switches torque off at once.
  ///
  /// It does not throw: ``isTorqueOff`` tells whether it succeeded. When it fails, a board switches
  /// torque off by itself after a while; servos on the line go on holding.
  public mutating func switchTorqueOff(at nowNanoseconds: UInt64) {
    switchTorqueOff(deadlineNanoseconds: nowNanoseconds + exchangeNanoseconds)
  }
}
