public import RobotDescription
public import ServoDrivers
internal import CRealtime
public import Telemetry

/// The fixed-rate loop: reads the robot, lets the ``Controller`` decide, writes the goals.
///
/// Time is a parameter, so that it runs on any clock.
public struct ControlLoop<Bus: ServoBus & ~Copyable>: ~Copyable {
  /// The state machine.
  public private(set) var controller: Controller
  /// The last reading of the robot.
  public private(set) var sample = BusSample()
  /// Whether torque was switched off after the last arming, by sitting down or at once.
  public private(set) var hasLetGo = true
  /// Attempts to switch torque off that failed since the last arming.
  public private(set) var failedLetGos = 0

  /// How long the parts of the ticks took.
  public private(set) var phases = PhaseStatistics()

  private var bus: Bus
  private let recorder: FlightTap?
  /// Attempts to switch torque off again when arming fails.
  private static var disarmAttempts: Int { 3 }
  /// Attempts to switch torque off before a robot that does not answer is left to its watchdog.
  public static var letGoAttempts: Int { 5 }

  private let exchangeNanoseconds: UInt64

  /// Makes a disarmed loop.
  ///
  /// - Parameter recorder: Gets every tick.
  public init(
    bus: consuming Bus, controller: consuming Controller, robot: Robot,
    configuration: LoopConfiguration, recorder: FlightTap? = nil
  ) {
    self.bus = bus
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
    case .faulted:
      hasLetGo || controller.fault == .lineGone || failedLetGos >= Self.letGoAttempts
    }
  }

  /// What has gone over the bus.
  public var busStatistics: BusStatistics { bus.statistics }

  /// Reads the pose in which the robot is found, switches torque on and begins to stand up.
  ///
  /// When it fails, torque is switched off again.
  ///
  /// - Parameter deadlineNanoseconds: For all exchanges together, on the monotonic clock.
  public mutating func arm(deadlineNanoseconds: UInt64) throws(BusError) {
    do throws(BusError) {
      try bus.arm(into: &sample, deadlineNanoseconds: deadlineNanoseconds)
    } catch {
      // Some servos may hold already.
      for attempt in 1...Self.disarmAttempts {
        let deadline = deadlineNanoseconds + UInt64(attempt) * exchangeNanoseconds
        if (try? bus.disarm(deadlineNanoseconds: deadline)) != nil { break }
      }
      throw error
    }
    controller.arm(from: sample)
    hasLetGo = false
    failedLetGos = 0
  }

  /// Switches torque off at once.
  ///
  /// It does not throw: ``hasLetGo`` says whether it succeeded. A board lets go by itself in time;
  /// servos on the line hold.
  public mutating func letGo(at nowNanoseconds: UInt64) {
    letGo(deadlineNanoseconds: nowNanoseconds + exchangeNanoseconds)
  }

  private mutating func letGo(deadlineNanoseconds: UInt64) {
    do {
      try bus.disarm(deadlineNanoseconds: deadlineNanoseconds)
      controller.disarm()
      hasLetGo = true
    } catch {
      failedLetGos += 1
      controller.stop(Fault(error))
    }
  }

  /// One tick; it ends within twice the exchange's share of a period and one inference.
  ///
  /// - Parameters:
  ///   - latenessNanoseconds: Time from the deadline until now.
  ///   - missedDeadlines: Deadlines that were skipped since the tick before.
  public mutating func step(
    at nowNanoseconds: UInt64, latenessNanoseconds: UInt64 = 0, missedDeadlines: UInt64 = 0
  ) {
    if case .disarmed = controller.state { return }
    let startNanoseconds = realtimeMonotonicNanoseconds()
    let deadline = nowNanoseconds + exchangeNanoseconds
    let reading: Controller.Reading
    do {
      try bus.read(into: &sample, deadlineNanoseconds: deadline)
      reading = .fresh
    } catch {
      let fault = Fault(error)
      if case .lineGone = fault { reading = .gone } else { reading = .missed(fault) }
    }
    let readNanoseconds = realtimeMonotonicNanoseconds()
    // A read that went unanswered has used up its own time, not that of what follows.
    let nextDeadline = deadline + exchangeNanoseconds
    let intent = controller.step(reading, sample, missedDeadlines: missedDeadlines)
    let decidedNanoseconds = realtimeMonotonicNanoseconds()
    switch intent {
    case .wait: break
    case .letGo: letGo(deadlineNanoseconds: nextDeadline)
    case .follow:
      do {
        try bus.write(controller.targets, deadlineNanoseconds: nextDeadline)
      } catch {
        controller.stop(Fault(error))
      }
    }
    var durations = controller.phases
    durations.lateness = latenessNanoseconds
    durations.exchange = readNanoseconds - startNanoseconds
    durations.supervise =
      decidedNanoseconds - readNanoseconds - durations.observe - durations.infer
    durations.write = realtimeMonotonicNanoseconds() - decidedNanoseconds
    phases.add(durations)
    var isFresh = false
    if case .fresh = reading { isFresh = true }
    record(durations, at: nowNanoseconds, isFresh: isFresh, missedDeadlines: missedDeadlines)
  }

  private func record(
    _ durations: PhaseDurations, at nowNanoseconds: UInt64, isFresh: Bool,
    missedDeadlines: UInt64
  ) {
    guard let recorder, let record = unsafe recorder.claim() else { return }
    controller.describe(into: &(unsafe record.pointee))
    unsafe record.pointee.nanoseconds = nowNanoseconds
    unsafe record.pointee.isFresh = isFresh
    unsafe record.pointee.sample = sample.robot
    unsafe record.pointee.jointAges = sample.jointAges
    unsafe record.pointee.supplyMillivolts = sample.supplyMillivolts
    unsafe record.pointee.hottestServoCelsius = sample.hottestServoCelsius
    unsafe record.pointee.phases = durations
    unsafe record.pointee.missedDeadlines = UInt32(truncatingIfNeeded: missedDeadlines)
    let statistics = bus.statistics
    unsafe record.pointee.bus.frames = statistics.frames
    unsafe record.pointee.bus.checksumErrors = statistics.checksumErrors
    unsafe record.pointee.bus.missedReplies = statistics.missedReplies
    unsafe record.pointee.bus.partialReplies = statistics.partialReplies
    recorder.publish()
  }
}

/// How long the parts of ticks took.
public struct PhaseStatistics: Sendable {
  /// Reading the robot.
  public private(set) var exchange = DurationHistogram()
  /// Building the observation.
  public private(set) var observe = DurationHistogram()
  /// The policy's forward pass.
  public private(set) var infer = DurationHistogram()
  /// Judging, and all else that decides.
  public private(set) var supervise = DurationHistogram()
  /// Writing the goals.
  public private(set) var write = DurationHistogram()
  /// From the last byte of the sensors to the last byte of the goals.
  public private(set) var sensorToGoal = DurationHistogram()

  /// Nothing yet.
  @_noAllocation
  public init() {}

  @_noAllocation
  mutating func add(_ durations: PhaseDurations) {
    exchange.add(durations.exchange)
    if durations.infer > 0 {
      observe.add(durations.observe)
      infer.add(durations.infer)
    }
    supervise.add(durations.supervise)
    write.add(durations.write)
    sensorToGoal.add(
      durations.observe + durations.infer + durations.supervise + durations.write)
  }
}

extension ControlLoop where Bus == BoardBus {
  /// One tick over the board link, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(
    at nowNanoseconds: UInt64, latenessNanoseconds: UInt64 = 0, missedDeadlines: UInt64 = 0
  ) {
    step(
      at: nowNanoseconds, latenessNanoseconds: latenessNanoseconds,
      missedDeadlines: missedDeadlines)
  }
}

extension ControlLoop where Bus == DynamixelBus {
  /// One tick over a line of servos, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(
    at nowNanoseconds: UInt64, latenessNanoseconds: UInt64 = 0, missedDeadlines: UInt64 = 0
  ) {
    step(
      at: nowNanoseconds, latenessNanoseconds: latenessNanoseconds,
      missedDeadlines: missedDeadlines)
  }
}

extension ControlLoop where Bus == FeetechBus {
  /// One tick over a line of servos, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(
    at nowNanoseconds: UInt64, latenessNanoseconds: UInt64 = 0, missedDeadlines: UInt64 = 0
  ) {
    step(
      at: nowNanoseconds, latenessNanoseconds: latenessNanoseconds,
      missedDeadlines: missedDeadlines)
  }
}

extension Fault {
  /// What a failed exchange means for the robot.
  @_noAllocation
  init(_ error: BusError) {
    switch error {
    case .silent, .malformedReply: self = .robotSilent
    case .imuSilent: self = .imuSilent
    case .disconnected, .line: self = .lineGone
    case .refused, .refusedByServo: self = .refused
    }
  }
}
