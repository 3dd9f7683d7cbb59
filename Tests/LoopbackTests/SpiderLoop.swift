import Foundation
import PolicyNetwork
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers

/// The control loop of the spider, ticking without waiting for a clock.
struct SpiderLoop: ~Copyable {
  static let periodNanoseconds: UInt64 = 20_000_000
  /// Ticks from arming until the policy takes over, at 50 Hz.
  static let standUpTicks = 100

  var loop: ControlLoop<BoardBus>
  /// Where it is asked to go, in every tick.
  var command = VelocityCommand()

  /// Connects and arms.
  ///
  /// - Parameter exchangePeriods: Periods that an exchange may take: with a peer that loses
  ///   nothing, more than it ever takes on a busy machine.
  init(
    path: String, policy: PolicyFile, exchangePeriods: Float = 1_000
  ) throws {
    var configuration = LoopConfiguration()
    configuration.exchangeShareMax = exchangePeriods
    var bus = BoardBus(port: try SerialPort(path: path, baudRate: 1_000_000), robot: Spider.robot)
    let deadline = farDeadline()
    try bus.connect(deadlineNanoseconds: deadline)
    let controller = try Controller(
      robot: Spider.robot, policy: policy, configuration: configuration)
    var loop = ControlLoop(
      bus: bus, controller: controller, robot: Spider.robot, configuration: configuration)
    try loop.arm(deadlineNanoseconds: deadline)
    self.loop = loop
  }

  mutating func tick(_ count: Int = 1) {
    for _ in 0..<count {
      loop.follow(command)
      loop.tick(at: Self.now)
    }
  }

  /// Walks for so many ticks of the policy, sits down and switches torque off.
  mutating func walk(ticks: Int) {
    tick(Self.standUpTicks + ticks)
    loop.sitDown()
    // A second to stand still, 1.5 s to sit, and the tick that lets go.
    tick(126)
  }

  private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}
