import Loopback
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers

/// The spider behind each of the three lines in lockstep, and the drivers of its host.
enum ThreeLines {
  static func spider(seed: UInt64 = 3, robot: Robot = Spider.robot) throws -> VirtualRobot {
    try VirtualRobot(robot: robot, bodyPath: Spider.bodyPath, seed: seed)
  }

  static func port(_ path: String, baud: Int32 = 1_000_000) throws -> SerialPort {
    try SerialPort(path: path, baudRate: baud, clock: .machine)
  }

  static func imu(_ path: String) throws -> ImuStream {
    ImuStream(port: try port(path, baud: 115_200))
  }

  static func board(
    faults: [LoopbackFault] = [], seed: UInt64 = 5
  ) throws -> LoopbackThread<LoopbackBoard> {
    try LoopbackThread(
      LoopbackBoard(robot: try spider(), clock: .lockstep), faults: faults, seed: seed,
      clock: .machine)
  }

  static func bus(_ peer: LoopbackThread<LoopbackBoard>) throws -> BoardBus {
    var bus = BoardBus(port: try port(peer.path), robot: Spider.robot)
    try bus.connect(deadlineNanoseconds: farDeadline())
    return bus
  }

  static func dynamixel(
    faults: [LoopbackFault] = [], seed: UInt64 = 5, knowsFastReads: Bool = true
  ) throws -> LoopbackThread<DynamixelLine> {
    try LoopbackThread(
      DynamixelLine(
        robot: try spider(), clock: .lockstep, baudRate: 1_000_000, knowsFastReads: knowsFastReads),
      faults: faults, seed: seed, clock: .machine)
  }

  static func bus(_ peer: LoopbackThread<DynamixelLine>) throws -> DynamixelBus {
    var bus = DynamixelBus(
      port: try port(peer.path), imu: try imu(peer.motionPath), robot: Spider.robot)
    _ = try bus.connect(setsUp: true)
    return bus
  }

  static func feetech(
    faults: [LoopbackFault] = [], seed: UInt64 = 5
  ) throws -> LoopbackThread<FeetechLine> {
    try LoopbackThread(
      FeetechLine(
        robot: try spider(robot: Spider.feetechRobot), clock: .lockstep, baudRate: 1_000_000),
      faults: faults, seed: seed, clock: .machine)
  }

  static func bus(_ peer: LoopbackThread<FeetechLine>) throws -> FeetechBus {
    var bus = FeetechBus(
      port: try port(peer.path), imu: try imu(peer.motionPath), robot: Spider.feetechRobot)
    _ = try bus.connect(setsUp: true)
    return bus
  }

  /// A robot that has stood up and walks for so many ticks of the policy, as fast as it answers.
  static func walking<Bus: TickingBus & ~Copyable>(
    _ bus: consuming Bus, ticks: Int
  ) throws -> LoopRunner<Bus> {
    var configuration = LoopConfiguration()
    // A busy machine may keep the answer for long.
    configuration.exchangeShareMax = 1_000
    let controller = try Controller(
      robot: Spider.robot, policy: try SpiderPolicy.trained(), configuration: configuration,
      clock: .machine)
    var walk = LoopRunner(
      loop: ControlLoop(
        bus: bus, controller: controller, robot: Spider.robot, configuration: configuration),
      periodNanoseconds: SpiderLoop.periodNanoseconds, pace: .lockstep)
    try walk.arm(deadlineNanoseconds: farDeadline())
    walk.tick(ahead, count: SpiderLoop.standUpTicks + ticks)
    return walk
  }

  static let ahead = LoopOrders(command: VelocityCommand(forward: 0.15))
}
