public import RobotDescription
public import ServoDrivers

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

  private var bus: Bus
  /// Attempts to switch torque off again when arming fails.
  private static var disarmAttempts: Int { 3 }

  private let exchangeNanoseconds: UInt64

  /// Makes a disarmed loop.
  public init(
    bus: consuming Bus, controller: consuming Controller, robot: Robot,
    configuration: LoopConfiguration
  ) {
    self.bus = bus
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
  /// - Parameter missedDeadlines: Deadlines that were skipped since the tick before.
  public mutating func step(at nowNanoseconds: UInt64, missedDeadlines: UInt64 = 0) {
    if case .disarmed = controller.state { return }
    let deadline = nowNanoseconds + exchangeNanoseconds
    let reading: Controller.Reading
    do {
      try bus.read(into: &sample, deadlineNanoseconds: deadline)
      reading = .fresh
    } catch {
      let fault = Fault(error)
      if case .lineGone = fault { reading = .gone } else { reading = .missed(fault) }
    }
    // A read that went unanswered has used up its own time, not that of what follows.
    let nextDeadline = deadline + exchangeNanoseconds
    switch controller.step(reading, sample, missedDeadlines: missedDeadlines) {
    case .wait: break
    case .letGo: letGo(deadlineNanoseconds: nextDeadline)
    case .follow:
      do {
        try bus.write(controller.targets, deadlineNanoseconds: nextDeadline)
      } catch {
        controller.stop(Fault(error))
      }
    }
  }
}

extension ControlLoop where Bus == BoardBus {
  /// One tick over the board link, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(at nowNanoseconds: UInt64, missedDeadlines: UInt64 = 0) {
    step(at: nowNanoseconds, missedDeadlines: missedDeadlines)
  }
}

extension ControlLoop where Bus == DynamixelBus {
  /// One tick over a line of servos, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(at nowNanoseconds: UInt64, missedDeadlines: UInt64 = 0) {
    step(at: nowNanoseconds, missedDeadlines: missedDeadlines)
  }
}

extension ControlLoop where Bus == FeetechBus {
  /// One tick over a line of servos, which the compiler has proved not to allocate.
  @_noAllocation
  public mutating func tick(at nowNanoseconds: UInt64, missedDeadlines: UInt64 = 0) {
    step(at: nowNanoseconds, missedDeadlines: missedDeadlines)
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
