import Foundation
import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers
import Telemetry

/// A walk of the spider behind its board, ticking without waiting for a clock.
struct SpiderLoop: ~Copyable {
  static let periodNanoseconds: UInt64 = 20_000_000
  /// Ticks from arming until the policy takes over, at 50 Hz.
  static let standUpTicks = 100
  /// The most that sitting down takes: the way to no speed, a second to stand still, 1.5 s to sit,
  /// and the tick that switches torque off.
  static let sitDownTicks = 156

  private var runner: LoopRunner<BoardBus>
  /// The velocity command of every tick.
  var command = VelocityCommand()

  /// Connects and arms.
  ///
  /// - Parameters:
  ///   - exchangePeriods: Periods that an exchange may take: with a peer that loses nothing, more
  ///     than it ever takes on a busy machine.
  ///   - recorder: Gets every tick.
  init(
    path: String, policy: PolicyFile, exchangePeriods: Float = 1_000, recorder: FlightTap? = nil
  ) throws {
    var configuration = LoopConfiguration()
    configuration.exchangeShareMax = exchangePeriods
    var bus = BoardBus(
      port: try SerialPort(path: path, baudRate: 1_000_000, clock: .machine), robot: Spider.robot)
    let deadline = farDeadline()
    try bus.connect(deadlineNanoseconds: deadline)
    let controller = try Controller(
      robot: Spider.robot, policy: policy, configuration: configuration, clock: .machine)
    var runner = LoopRunner(
      loop: ControlLoop(
        bus: bus, controller: controller, robot: Spider.robot, configuration: configuration,
        recorder: recorder),
      periodNanoseconds: Self.periodNanoseconds, pace: .lockstep)
    try runner.arm(deadlineNanoseconds: deadline)
    self.runner = runner
  }

  var loop: ControlLoop<BoardBus> {
    _read { yield runner.loop }
  }

  mutating func tick(_ count: Int = 1) { runner.tick(LoopOrders(command: command), count: count) }

  mutating func tick(_ orders: LoopOrders, count: Int) { runner.tick(orders, count: count) }

  /// Walks for so many ticks of the policy, sits down and switches torque off.
  mutating func walk(ticks: Int) {
    tick(Self.standUpTicks + ticks)
    runner.tick(LoopOrders(command: command, mustSit: true), count: Self.sitDownTicks)
  }
}

extension LoopRunner where Bus: ~Copyable {
  /// Ticks until the robot is at rest, so many times at most.
  mutating func tick(_ orders: LoopOrders, count: Int) {
    for _ in 0..<count where !isOver {
      wait()
      tick(orders)
    }
  }
}
