internal import Realtime
internal import RobotDescription
public import ServoDrivers
internal import Telemetry

/// A bus on which a whole tick is proved not to allocate.
///
/// The proof needs the concrete type of the bus, since the compiler follows only calls that it can
/// resolve. Therefore each kind of bus has its tick in this file, beside the generic functions that
/// the tick is made of, and a ``LoopRunner`` calls this tick and no other.
public protocol TickingBus: ServoBus, ~Copyable {
  /// Runs one tick: orders in, one exchange with the robot, goals out.
  static func tick(_ runner: inout LoopRunner<Self>, _ orders: LoopOrders)
}

extension LoopRunner where Bus == BoardBus {
  /// The tick over a board.
  @_noAllocation
  fileprivate mutating func proven(_ orders: LoopOrders) { step(orders) }
}

extension LoopRunner where Bus == DynamixelBus {
  /// The tick over a line of Dynamixel servos.
  @_noAllocation
  fileprivate mutating func proven(_ orders: LoopOrders) { step(orders) }
}

extension LoopRunner where Bus == FeetechBus {
  /// The tick over a line of Feetech servos.
  @_noAllocation
  fileprivate mutating func proven(_ orders: LoopOrders) { step(orders) }
}

extension BoardBus: TickingBus {
  /// The tick that is proved not to allocate.
  public static func tick(_ runner: inout LoopRunner<BoardBus>, _ orders: LoopOrders) {
    runner.proven(orders)
  }
}

extension DynamixelBus: TickingBus {
  /// The tick that is proved not to allocate.
  public static func tick(_ runner: inout LoopRunner<DynamixelBus>, _ orders: LoopOrders) {
    runner.proven(orders)
  }
}

extension FeetechBus: TickingBus {
  /// The tick that is proved not to allocate.
  public static func tick(_ runner: inout LoopRunner<FeetechBus>, _ orders: LoopOrders) {
    runner.proven(orders)
  }
}

// MARK: The tick on any bus

extension LoopRunner where Bus: ~Copyable {
  /// The tick on any bus.
  mutating func step(_ orders: LoopOrders) {
    if orders.mustSit { loop.controller.sitDown() }
    loop.controller.follow(orders.command, isNew: orders.isNew)
    let now = nowNanoseconds
    schedule.begin(at: now)
    let deadline = schedule.deadlineNanoseconds
    loop.step(
      at: loop.controller.clock.nowNanoseconds,
      latenessNanoseconds: MonotonicClock.nanoseconds(from: deadline, to: now),
      missedDeadlines: missedDeadlines)
    missedDeadlines = schedule.end(at: nowNanoseconds)
    publishStatus()
  }

  /// The current time on the clock of the schedule.
  private var nowNanoseconds: UInt64 {
    if case .clock(let clock) = pace { clock.nowNanoseconds } else { schedule.deadlineNanoseconds }
  }

  private mutating func publishStatus() {
    guard let slot = unsafe status?.slot() else { return }
    unsafe slot.pointee.state = loop.controller.state
    unsafe slot.pointee.ticks = loop.controller.statistics.ticks
    unsafe slot.pointee.missedDeadlines = schedule.missedDeadlines
    unsafe slot.pointee.command = loop.controller.askedCommand
    unsafe slot.pointee.supplyMillivolts = loop.sample.supplyMillivolts
    unsafe slot.pointee.hottestServoCelsius = loop.sample.hottestServoCelsius
    unsafe slot.pointee.lateness = schedule.lateness
    unsafe slot.pointee.phases = loop.phases
    status?.publish()
  }
}

extension ControlLoop where Bus: ~Copyable {
  /// The tick on any bus, which takes at most twice the exchange's share of a period and one
  /// inference.
  ///
  /// - Parameters:
  ///   - latenessNanoseconds: Time from the deadline until now.
  ///   - missedDeadlines: Deadlines that were skipped since the last tick.
  mutating func step(
    at nowNanoseconds: UInt64, latenessNanoseconds: UInt64 = 0, missedDeadlines: UInt64 = 0
  ) {
    if case .disarmed = controller.state { return }
    let startNanoseconds = controller.clock.nowNanoseconds
    let deadline = nowNanoseconds + exchangeNanoseconds
    let reading: Controller.Reading
    do {
      try bus.read(into: &sample, deadlineNanoseconds: deadline)
      reading = .fresh
    } catch {
      let fault = Fault(error)
      if case .lineGone = fault { reading = .gone } else { reading = .missed(fault) }
    }
    let readNanoseconds = controller.clock.nowNanoseconds
    // A read without an answer has used its own time, not that of the steps after it.
    let nextDeadline = deadline + exchangeNanoseconds
    let intent = controller.step(reading, sample, missedDeadlines: missedDeadlines)
    let decidedNanoseconds = controller.clock.nowNanoseconds
    switch intent {
    case .wait: break
    case .torqueOff: switchTorqueOff(deadlineNanoseconds: nextDeadline)
    case .follow: write(by: nextDeadline)
    case .clearWatchdogAndFollow:
      do {
        try bus.clearWatchdog(deadlineNanoseconds: nextDeadline)
      } catch {
        controller.stop(Fault(error))
      }
      write(by: nextDeadline)
    }
    var durations = controller.phases
    durations.lateness = latenessNanoseconds
    durations[.exchange] = MonotonicClock.nanoseconds(from: startNanoseconds, to: readNanoseconds)
    durations[.supervise] = MonotonicClock.nanoseconds(
      from: readNanoseconds + durations[.observe] + durations[.infer], to: decidedNanoseconds)
    durations[.write] = MonotonicClock.nanoseconds(
      from: decidedNanoseconds, to: controller.clock.nowNanoseconds)
    phases.add(durations)
    var isFresh = false
    if case .fresh = reading { isFresh = true }
    record(durations, at: nowNanoseconds, isFresh: isFresh, missedDeadlines: missedDeadlines)
  }

  private mutating func write(by deadlineNanoseconds: UInt64) {
    do {
      try bus.write(controller.targets, deadlineNanoseconds: deadlineNanoseconds)
    } catch {
      controller.stop(Fault(error))
    }
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
    unsafe record.pointee.bus = bus.statistics
    recorder.publish()
  }

  mutating func switchTorqueOff(deadlineNanoseconds: UInt64) {
    do {
      try bus.disarm(deadlineNanoseconds: deadlineNanoseconds)
      controller.disarm()
      isTorqueOff = true
    } catch {
      failedTorqueOffs += 1
      controller.stopWithTorqueOff(Fault(error))
    }
  }
}

extension Fault {
  /// The fault that a failed exchange is.
  @_noAllocation
  init(_ error: BusError) {
    switch error {
    case .silent, .malformedReply: self = .robotSilent
    case .disconnected, .line: self = error.isLineGone ? .lineGone : .robotSilent
    case .refused, .refusedByServo, .servoElsewhere: self = .refused
    }
  }
}
