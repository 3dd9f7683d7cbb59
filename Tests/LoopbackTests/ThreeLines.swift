import Loopback
import PolicyNetwork
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers
import WireProtocol

/// The spider behind each of the three lines in lockstep, and the drivers of its host.
enum ThreeLines {
  static func spider(seed: UInt64 = 3, robot: Robot = Spider.robot) throws -> SimulatedRobot {
    try SimulatedRobot(robot: robot, bodyPath: Spider.bodyPath, seed: seed)
  }

  static func port(_ path: String, baud: Int32 = 1_000_000) throws -> SerialPort {
    try SerialPort(path: path, baudRate: baud, clock: .machine)
  }

  static func imu(_ path: String) throws -> ImuStream {
    ImuStream(port: try port(path, baud: 115_200))
  }

  static func board(
    servos: ServoFamily = .dynamixel, faults: [LoopbackFault] = [], seed: UInt64 = 5
  ) throws -> LoopbackThread<SimulatedBoard> {
    let robot = servos == .feetech ? Spider.feetechRobot : Spider.robot
    return try LoopbackThread(
      SimulatedBoard(robot: try spider(robot: robot), clock: .lockstep, servos: servos),
      faults: faults, seed: seed, clock: .machine)
  }

  /// The host's side of a board that was not asked for anything yet.
  static func unconnectedBus(_ peer: LoopbackThread<SimulatedBoard>) throws -> BoardBus {
    BoardBus(port: try port(peer.path), robot: Spider.robot)
  }

  static func bus(_ peer: LoopbackThread<SimulatedBoard>) throws -> BoardBus {
    var bus = try unconnectedBus(peer)
    try bus.connect(deadlineNanoseconds: farDeadline())
    return bus
  }

  static func dynamixel(
    bodySeed: UInt64 = 3, faults: [LoopbackFault] = [], seed: UInt64 = 5,
    imu: SimulatedIMU = SimulatedIMU(), knowsFastReads: Bool = true
  ) throws -> LoopbackThread<SimulatedDynamixelLine> {
    try LoopbackThread(
      SimulatedDynamixelLine(
        robot: try spider(seed: bodySeed), clock: .lockstep, baudRate: 1_000_000, imu: imu,
        knowsFastReads: knowsFastReads),
      faults: faults, seed: seed, clock: .machine)
  }

  static func unconnectedBus(
    _ peer: LoopbackThread<SimulatedDynamixelLine>, robot: Robot = Spider.robot
  ) throws -> DynamixelBus {
    DynamixelBus(port: try port(peer.path), imu: try imu(peer.imuPath), robot: robot)
  }

  static func bus(_ peer: LoopbackThread<SimulatedDynamixelLine>) throws -> DynamixelBus {
    var bus = try unconnectedBus(peer)
    _ = try bus.connect(setsUp: true)
    return bus
  }

  static func feetech(
    bodySeed: UInt64 = 3, faults: [LoopbackFault] = [], seed: UInt64 = 5
  ) throws -> LoopbackThread<SimulatedFeetechLine> {
    try LoopbackThread(
      SimulatedFeetechLine(
        robot: try spider(seed: bodySeed, robot: Spider.feetechRobot), clock: .lockstep,
        baudRate: 1_000_000),
      faults: faults, seed: seed, clock: .machine)
  }

  static func unconnectedBus(
    _ peer: LoopbackThread<SimulatedFeetechLine>, robot: Robot = Spider.feetechRobot
  ) throws -> FeetechBus {
    FeetechBus(port: try port(peer.path), imu: try imu(peer.imuPath), robot: robot)
  }

  static func bus(_ peer: LoopbackThread<SimulatedFeetechLine>) throws -> FeetechBus {
    var bus = try unconnectedBus(peer)
    _ = try bus.connect(setsUp: true)
    return bus
  }

  /// A robot that has stood up and walks for so many ticks of the policy, as fast as it answers.
  ///
  /// - Parameter exchangePeriods: Time for an exchange, of which a silent servo takes all; a busy
  ///   machine may keep an answer for long.
  static func walking<Bus: TickingBus & ~Copyable>(
    _ bus: consuming Bus, policy: PolicyFile? = nil, ticks: Int, exchangePeriods: Float = 1_000
  ) throws -> LoopRunner<Bus> {
    var configuration = LoopConfiguration()
    configuration.exchangeShareMax = exchangePeriods
    let controller = try Controller(
      robot: Spider.robot, policy: try policy ?? SpiderPolicy.trained(),
      configuration: configuration, clock: .machine)
    var walk = LoopRunner(
      loop: ControlLoop(
        bus: bus, controller: controller, robot: Spider.robot, configuration: configuration),
      periodNanoseconds: SpiderLoop.periodNanoseconds, pace: .lockstep)
    try walk.arm(deadlineNanoseconds: farDeadline())
    walk.tick(ahead, count: SpiderLoop.standUpTicks + ticks)
    return walk
  }

  static let ahead = LoopOrders(command: VelocityCommand(forward: 0.15))

  /// The error of a request to a servo; `nil` when it succeeded.
  static func failure(
    _ body: () throws(ServoRequestError) -> Void
  ) -> ServoRequestError? {
    do throws(ServoRequestError) {
      try body()
      return nil
    } catch {
      return error
    }
  }
}
