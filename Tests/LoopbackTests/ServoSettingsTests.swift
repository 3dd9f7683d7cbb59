import Loopback
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import Testing
import WireProtocol

@testable import ServoDrivers

/// What another tool has left in the loopback's servos, in lockstep: all of it is looked at before torque.
@Suite struct ServoSettingsTests {
  private static func dynamixel() throws -> LoopbackThread<DynamixelLine> {
    try LoopbackThread(
      DynamixelLine(
        robot: VirtualRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 3),
        clock: .lockstep, baudRate: 1_000_000), clock: .machine)
  }

  private static func feetech() throws -> LoopbackThread<FeetechLine> {
    try LoopbackThread(
      FeetechLine(
        robot: VirtualRobot(robot: Spider.feetechRobot, bodyPath: Spider.bodyPath, seed: 3),
        clock: .lockstep, baudRate: 1_000_000), clock: .machine)
  }

  private static func board(_ kind: BoardServoKind) throws -> LoopbackThread<LoopbackBoard> {
    let robot = kind == .feetech ? Spider.feetechRobot : Spider.robot
    return try LoopbackThread(
      LoopbackBoard(
        robot: VirtualRobot(robot: robot, bodyPath: Spider.bodyPath, seed: 3), clock: .lockstep,
        servoKind: kind), clock: .machine)
  }

  private static func port(_ path: String) throws -> SerialPort {
    try SerialPort(path: path, baudRate: 1_000_000, clock: .machine)
  }

  private static func write<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ value: Int32, to name: String, of id: UInt8 = 4
  ) throws {
    var link = Link(port: try port(path))
    try link.write(value, to: name, of: id)
  }

  private static func read<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ name: String, of id: UInt8
  ) throws -> Int32 {
    var link = Link(port: try port(path))
    return try link.read(name, of: id)
  }

  /// What connecting to a line says; `nil` when it succeeds.
  private static func refusal<Bus: ServoLineBus & ~Copyable>(
    _ kind: Bus.Type, _ path: String, robot: Robot
  ) throws -> ServoConnectError? {
    var bus = Bus(port: try port(path), imu: nil, robot: robot)
    do throws(ServoConnectError) {
      _ = try bus.connect(setsUp: true)
      return nil
    } catch {
      return error
    }
  }

  @Test func settings_everyOne_isOfTheTableAndInTheOrderOfItsKind() throws {
    for name in DynamixelLink.settings.map(\.name) {
      #expect(DynamixelLink.register(named: name) != nil, "\(name)")
    }
    for name in FeetechLink.settings.map(\.name) {
      #expect(FeetechLink.register(named: name) != nil, "\(name)")
    }
  }

  /// Spoils each setting in turn, and looks whether it is seen.
  private static func checkEachIsSeen<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ robot: Robot
  ) throws {
    let joint = robot[joint: 3]
    var link = Link(port: try port(path))
    for setting in Link.settings {
      let register = Link.known(setting.name)
      let expectation = setting.expectation(register, joint, robot)
      let candidates = [
        register.lowest, register.highest, register.lowest + 1, register.highest - 1,
      ]
      let wrong = candidates.first { !expectation.isMet(by: $0) }
      let spoilt = try #require(wrong, "\(setting.name)")
      // Without these it cannot be asked any more.
      if ["response_status_level", "return_delay_time"].contains(setting.name) { continue }
      try link.write(spoilt, to: register, of: 4)
      let findings = try link.check(joint, of: robot)
      let found = findings.filter { $0.setting.name == setting.name }
      #expect(found.map(\.found) == [spoilt] && found.allSatisfy { !$0.isGood }, "\(setting.name)")
      try link.write(try #require(found.first).replacement, to: register, of: 4)
      let after = try link.check(joint, of: robot).filter { $0.setting.name == setting.name }
      #expect(after.allSatisfy { $0.isGood }, "\(setting.name)")
    }
  }

  @Test func check_eachSettingSpoilt_isSeenAndMended() throws {
    let dynamixel = try Self.dynamixel()
    try Self.checkEachIsSeen(DynamixelLink.self, dynamixel.path, Spider.robot)
    try dynamixel.stop()
    let feetech = try Self.feetech()
    try Self.checkEachIsSeen(FeetechLink.self, feetech.path, Spider.feetechRobot)
    _ = try feetech.stop()
  }

  @Test(arguments: [
    ("homing_offset", Int32(1_800)), ("max_position_limit", 2_100), ("shutdown", 5),
  ])
  func connect_dynamixelThatAnotherToolHasSet_isRefusedAndNothingIsChanged(
    name: String, value: Int32
  ) throws {
    let peer = try Self.dynamixel()
    try Self.write(DynamixelLink.self, peer.path, value, to: name)
    let error = try Self.refusal(DynamixelBus.self, peer.path, robot: Spider.robot)
    let text = try #require(error).description
    #expect(text.hasPrefix("servo 4 (rear_left_coxa): \(name): found "), "\(text)")
    #expect(text.contains("servo check --robot FILE"))
    // Servo 1 was all right: it is left alone as well.
    #expect(try Self.read(DynamixelLink.self, peer.path, "return_delay_time", of: 1) == 250)
    try peer.stop()
  }

  @Test(arguments: [
    ("homing_offset", Int32(1_800)), ("min_position_limit", 2_000), ("max_torque_limit", 500),
    ("protection_current", 250), ("overload_torque", 25), ("phase", 28), ("angular_resolution", 2),
  ])
  func connect_feetechThatAnotherToolHasSet_isRefusedAndNothingIsChanged(
    name: String, value: Int32
  ) throws {
    let peer = try Self.feetech()
    try Self.write(FeetechLink.self, peer.path, value, to: name)
    let error = try Self.refusal(FeetechBus.self, peer.path, robot: Spider.feetechRobot)
    let text = try #require(error).description
    #expect(text.hasPrefix("servo 4 (rear_left_coxa): \(name): found "), "\(text)")
    #expect(try Self.read(FeetechLink.self, peer.path, "return_delay_time", of: 1) == 250)
    _ = try peer.stop()
  }

  @Test func connect_gainsThatAnotherToolHasSet_areSetAndReported() throws {
    let peer = try Self.feetech()
    try Self.write(FeetechLink.self, peer.path, 99, to: "i_coefficient")
    var bus = FeetechBus(port: try Self.port(peer.path), imu: nil, robot: Spider.feetechRobot)
    let fixes = try bus.connect(setsUp: true).filter { "\($0.register.name)" == "i_coefficient" }
    #expect(fixes.map { "\($0.joint) \($0.found) \($0.set)" } == ["rear_left_coxa 99 0"])
    _ = try peer.stop()
  }

  @Test func connect_severalServosMissing_areAllNamedAndNothingIsChanged() throws {
    let ids: [Int: UInt8] = [6: 77, 11: 80]
    let dynamixel = try Self.dynamixel()
    let error = try Self.refusal(
      DynamixelBus.self, dynamixel.path, robot: Spider.robot(ids: ids))
    let text = try #require(error).description
    #expect(text.hasPrefix("servos 77 (rear_right_coxa), 80 (front_right_tibia): no answer"))
    #expect(try Self.read(DynamixelLink.self, dynamixel.path, "return_delay_time", of: 1) == 250)
    try dynamixel.stop()
    let feetech = try Self.feetech()
    let other = try Self.refusal(
      FeetechBus.self, feetech.path, robot: Spider.robot(ids: ids, gain: 32))
    #expect(other?.description == text)
    #expect(try Self.read(FeetechLink.self, feetech.path, "return_delay_time", of: 1) == 250)
    _ = try feetech.stop()
  }

  @Test func connect_gainThatTheRegisterCannotHold_isRefused() throws {
    let peer = try Self.feetech()
    let error = try Self.refusal(FeetechBus.self, peer.path, robot: Spider.robot)
    #expect(
      error
        == .gain(
          ServoName(id: 1, joint: "front_left_coxa"), register: "p_coefficient", found: 800,
          most: 254))
    _ = try peer.stop()
  }

  @Test func ready_servosBehindABoard_areLookedAt() throws {
    let peer = try Self.board(.feetech)
    try Self.write(BoardServoLink<FeetechLink>.self, peer.path, 99, to: "d_coefficient")
    do {
      var bus = BoardBus(port: try Self.port(peer.path), robot: Spider.robot)
      let family = try #require(try bus.servoFamily())
      #expect(family == .feetech)
      var fixes: [ServoFix] = []
      var ready = try bus.withServosReady(family, of: Spider.feetechRobot, fixes: &fixes)
      #expect(fixes.map { "\($0.register.name) \($0.found) \($0.set)" } == ["d_coefficient 99 32"])
      try ready.connect(deadlineNanoseconds: farDeadline())
    }
    try Self.write(BoardServoLink<FeetechLink>.self, peer.path, 1_800, to: "homing_offset")
    let bus = BoardBus(port: try Self.port(peer.path), robot: Spider.robot)
    var fixes: [ServoFix] = []
    do throws(ServoConnectError) {
      _ = try bus.withServosReady(.feetech, of: Spider.feetechRobot, fixes: &fixes)
      Issue.record("an offset is refused")
    } catch {
      #expect(error.description.contains("servo 4 (rear_left_coxa): homing_offset: found "))
    }
    _ = try peer.stop()
  }

  @Test(arguments: [BoardServoKind.dynamixel, .feetech])
  func request_behindABoardAsAnotherKind_isRefusedAndSaysWhich(kind: BoardServoKind) throws {
    let peer = try Self.board(kind)
    let error =
      kind == .feetech
      ? try Self.failure(of: BoardServoLink<DynamixelLink>.self, peer.path)
      : try Self.failure(of: BoardServoLink<FeetechLink>.self, peer.path)
    let model = kind == .feetech ? "STS3215 (777)" : "XL330-M288 (1200)"
    #expect(error == .otherKind(found: model, family: kind.rawValue))
    _ = try peer.stop()
  }

  /// What reading and writing servo 3 says, which is the same.
  private static func failure<Link: ServoLink & ~Copyable>(
    of kind: Link.Type, _ path: String
  ) throws -> ServoRequestError? {
    var link = Link(port: try port(path))
    var errors: [ServoRequestError] = []
    do throws(ServoRequestError) {
      _ = try link.read("present_position", of: 3)
    } catch {
      errors.append(error)
    }
    do throws(ServoRequestError) {
      try link.write(1, to: "torque_enable", of: 3)
    } catch {
      errors.append(error)
    }
    return errors.count == 2 && errors[0] == errors[1] ? errors[0] : nil
  }

  @Test func arm_imuWithoutQuaternion_saysWhatCameBeforeTorque() throws {
    let peer = try LoopbackThread(
      DynamixelLine(
        robot: VirtualRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 3),
        clock: .lockstep, baudRate: 1_000_000, sensor: MotionSensor(isNew: true)), clock: .machine)
    let imu = ImuStream(
      port: try SerialPort(path: peer.motionPath, baudRate: 9_600, clock: .machine))
    var bus = DynamixelBus(port: try Self.port(peer.path), imu: imu, robot: Spider.robot)
    _ = try bus.connect(setsUp: true)
    let configuration = LoopConfiguration()
    let controller = try Controller(
      robot: Spider.robot, policy: SpiderPolicy.still, configuration: configuration,
      clock: .machine)
    var loop = ControlLoop(
      bus: bus, controller: controller, robot: Spider.robot, configuration: configuration)
    var text = ""
    do throws(ArmingError) {
      try loop.arm(deadlineNanoseconds: MonotonicClock.machine.nowNanoseconds + 200_000_000)
    } catch {
      text = error.description
    }
    #expect(
      text.contains(
        "IMU: found acceleration, angular rate, angle, magnetic field alone at 9600 bit/s, expected "
          + "angular rate and quaternion; set it up with 'tarsus imu set-up'"), "\(text)")
    let report = try peer.stop()
    #expect(!report.isTorqueOn && report.torqueOnSeconds == 0)
  }

  @Test func errors_ofBothKinds_haveTheSameNames() {
    #expect(ServoErrors(dynamixel: 0b10_1101).description == "supply, encoder, heat, overload")
    #expect(ServoErrors(dynamixel: 0b01_0000).description == "shock")
    #expect(
      ServoErrors(feetech: 0b10_1111).description == "supply, encoder, heat, current, overload")
    #expect(ServoErrors(feetech: 1 << 6).description == "an error without a name")
    #expect(ServoErrors.none.description.isEmpty)
  }
}
