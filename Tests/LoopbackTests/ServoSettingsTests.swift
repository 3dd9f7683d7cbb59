import Loopback
import Realtime
import RobotControl
import RobotDescription
import SerialLink
import Testing
import WireProtocol

@testable import ServoDrivers

/// Settings that another tool has left in the loopback's servos: all are checked before
/// torque.
@Suite struct ServoSettingsTests {
  private static func write<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ value: Int32, to role: RegisterRole, of id: UInt8 = 4
  ) throws {
    var link = Link(port: try ThreeLines.port(path))
    try link.write(value, to: role, of: id)
  }

  private static func read<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ role: RegisterRole, of id: UInt8
  ) throws -> Int32 {
    var link = Link(port: try ThreeLines.port(path))
    return try link.read(role, of: id)
  }

  /// The error of connecting to a line; `nil` when it succeeds.
  private static func refusal<Bus: DirectServoBus & ~Copyable>(
    _ kind: Bus.Type, _ path: String, robot: Robot
  ) throws -> ServoConnectError? {
    var bus = Bus(port: try ThreeLines.port(path), imu: nil, robot: robot)
    do throws(ServoConnectError) {
      _ = try bus.connect(setsUp: true)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ServoFamily.allCases)
  func settings_everyOne_isARegisterOfEachKind(family: ServoFamily) {
    for setting in ServoSetting.all(of: family) {
      for kind in family.kinds { #expect(kind.register(setting.role) != nil, "\(setting.role)") }
    }
  }

  /// Spoils each setting in turn, and looks whether it is seen.
  private static func checkEachIsSeen<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, _ robot: Robot
  ) throws {
    let joint = robot[joint: 3]
    var link = Link(port: try ThreeLines.port(path))
    for setting in ServoSetting.all(of: Link.family) {
      let register = Link.kind[setting.role]
      let expectation = setting.expectation(Link.kind, joint, robot)
      let candidates = [
        register.lowest, register.highest, register.lowest + 1, register.highest - 1,
      ]
      let wrong = candidates.first { !expectation.isMet(by: $0) }
      let spoilt = try #require(wrong, "\(setting.role)")
      // Without these it cannot be asked any more.
      if [.statusLevel, .returnDelay].contains(setting.role) { continue }
      try link.write(spoilt, to: register, of: 4)
      let findings = try link.check(joint, of: robot)
      let found = findings.filter { $0.setting.role == setting.role }
      #expect(found.map(\.found) == [spoilt] && found.allSatisfy { !$0.isGood }, "\(setting.role)")
      try link.write(try #require(found.first).replacement, to: register, of: 4)
      let after = try link.check(joint, of: robot).filter { $0.setting.role == setting.role }
      #expect(after.allSatisfy { $0.isGood }, "\(setting.role)")
    }
  }

  @Test func check_eachSettingSpoilt_isSeenAndMended() throws {
    let dynamixel = try ThreeLines.dynamixel()
    try Self.checkEachIsSeen(DynamixelLink.self, dynamixel.path, Spider.robot)
    try dynamixel.stop()
    let feetech = try ThreeLines.feetech()
    try Self.checkEachIsSeen(FeetechLink.self, feetech.path, Spider.feetechRobot)
    _ = try feetech.stop()
  }

  @Test(arguments: [
    (RegisterRole.homingOffset, Int32(1_800)), (.maxPosition, 2_100), (.shutdown, 5),
  ])
  func connect_dynamixelThatAnotherToolHasSet_isRefusedAndNothingIsChanged(
    role: RegisterRole, value: Int32
  ) throws {
    let peer = try ThreeLines.dynamixel()
    try Self.write(DynamixelLink.self, peer.path, value, to: role)
    let error = try Self.refusal(DynamixelBus.self, peer.path, robot: Spider.robot)
    let text = try #require(error).description
    #expect(
      text.hasPrefix("servo 4 (rear_left_coxa): \(DynamixelLink.kind[role].name): found "),
      "\(text)")
    #expect(text.contains("servo check --robot FILE"))
    // Servo 1 was all right: it is left alone as well.
    #expect(try Self.read(DynamixelLink.self, peer.path, .returnDelay, of: 1) == 250)
    try peer.stop()
  }

  @Test(arguments: [
    (RegisterRole.homingOffset, Int32(1_800)), (.minPosition, 2_000), (.torqueLimitAtStart, 500),
    (.currentLimit, 250), (.overloadTorque, 25), (.phase, 28), (.angularResolution, 2),
  ])
  func connect_feetechThatAnotherToolHasSet_isRefusedAndNothingIsChanged(
    role: RegisterRole, value: Int32
  ) throws {
    let peer = try ThreeLines.feetech()
    try Self.write(FeetechLink.self, peer.path, value, to: role)
    let error = try Self.refusal(FeetechBus.self, peer.path, robot: Spider.feetechRobot)
    let text = try #require(error).description
    #expect(
      text.hasPrefix("servo 4 (rear_left_coxa): \(FeetechLink.kind[role].name): found "), "\(text)")
    #expect(try Self.read(FeetechLink.self, peer.path, .returnDelay, of: 1) == 250)
    _ = try peer.stop()
  }

  @Test func connect_gainsThatAnotherToolHasSet_areSetAndReported() throws {
    let peer = try ThreeLines.feetech()
    try Self.write(FeetechLink.self, peer.path, 99, to: .positionIGain)
    var bus = FeetechBus(port: try ThreeLines.port(peer.path), imu: nil, robot: Spider.feetechRobot)
    let fixes = try bus.connect(setsUp: true).filter { "\($0.register.name)" == "i_coefficient" }
    #expect(fixes.map { "\($0.joint) \($0.found) \($0.set)" } == ["rear_left_coxa 99 0"])
    _ = try peer.stop()
  }

  @Test func connect_severalServosMissing_areAllNamedAndNothingIsChanged() throws {
    let ids: [Int: UInt8] = [6: 77, 11: 80]
    let dynamixel = try ThreeLines.dynamixel()
    let error = try Self.refusal(
      DynamixelBus.self, dynamixel.path, robot: Spider.robot(ids: ids))
    let text = try #require(error).description
    #expect(text.hasPrefix("servos 77 (rear_right_coxa), 80 (front_right_tibia): no answer"))
    #expect(try Self.read(DynamixelLink.self, dynamixel.path, .returnDelay, of: 1) == 250)
    try dynamixel.stop()
    let feetech = try ThreeLines.feetech()
    let other = try Self.refusal(
      FeetechBus.self, feetech.path, robot: Spider.robot(ids: ids, gain: 32))
    #expect(other?.description == text)
    #expect(try Self.read(FeetechLink.self, feetech.path, .returnDelay, of: 1) == 250)
    _ = try feetech.stop()
  }

  @Test func connect_gainThatTheRegisterCannotHold_isRefused() throws {
    let peer = try ThreeLines.feetech()
    let error = try Self.refusal(FeetechBus.self, peer.path, robot: Spider.robot)
    #expect(
      error
        == .gain(
          ServoName(id: 1, joint: "front_left_coxa"), register: "p_coefficient", found: 800,
          most: 254))
    _ = try peer.stop()
  }

  @Test func ready_servosBehindABoard_areLookedAt() throws {
    let peer = try ThreeLines.board(servos: .feetech)
    try Self.write(BoardServoLink<FeetechLink>.self, peer.path, 99, to: .positionDGain)
    do {
      var bus = BoardBus(port: try ThreeLines.port(peer.path), robot: Spider.robot)
      let family = try #require(try bus.servoFamily())
      #expect(family == .feetech)
      var fixes: [ServoFix] = []
      var ready = try bus.withServosReady(family, of: Spider.feetechRobot, fixes: &fixes)
      #expect(fixes.map { "\($0.register.name) \($0.found) \($0.set)" } == ["d_coefficient 99 32"])
      try ready.connect(deadlineNanoseconds: farDeadline())
    }
    try Self.write(BoardServoLink<FeetechLink>.self, peer.path, 1_800, to: .homingOffset)
    let bus = BoardBus(port: try ThreeLines.port(peer.path), robot: Spider.robot)
    var fixes: [ServoFix] = []
    do throws(ServoConnectError) {
      _ = try bus.withServosReady(.feetech, of: Spider.feetechRobot, fixes: &fixes)
      Issue.record("an offset is refused")
    } catch {
      #expect(error.description.contains("servo 4 (rear_left_coxa): homing_offset: found "))
    }
    _ = try peer.stop()
  }

  @Test(arguments: [ServoFamily.dynamixel, .feetech])
  func request_behindABoardAsAnotherKind_isRefusedAndSaysWhich(kind: ServoFamily) throws {
    let peer = try ThreeLines.board(servos: kind)
    let error =
      kind == .feetech
      ? try Self.failure(of: BoardServoLink<DynamixelLink>.self, peer.path)
      : try Self.failure(of: BoardServoLink<FeetechLink>.self, peer.path)
    let model = kind == .feetech ? "STS3215 (777)" : "XL330-M288 (1200)"
    #expect(error == .otherKind(found: model, family: kind.rawValue))
    _ = try peer.stop()
  }

  /// The error of reading and writing servo 3, which is the same.
  private static func failure<Link: ServoLink & ~Copyable>(
    of kind: Link.Type, _ path: String
  ) throws -> ServoRequestError? {
    var link = Link(port: try ThreeLines.port(path))
    var errors: [ServoRequestError] = []
    do throws(ServoRequestError) {
      _ = try link.read(.presentPosition, of: 3)
    } catch {
      errors.append(error)
    }
    do throws(ServoRequestError) {
      try link.write(1, to: .torqueEnable, of: 3)
    } catch {
      errors.append(error)
    }
    return errors.count == 2 && errors[0] == errors[1] ? errors[0] : nil
  }

  @Test func arm_imuWithoutQuaternion_saysWhatCameBeforeTorque() throws {
    let peer = try ThreeLines.dynamixel(imu: SimulatedIMU(isNew: true))
    let imu = ImuStream(
      port: try SerialPort(path: peer.imuPath, baudRate: 9_600, clock: .machine))
    var bus = DynamixelBus(port: try ThreeLines.port(peer.path), imu: imu, robot: Spider.robot)
    _ = try bus.connect(setsUp: true)
    let configuration = LoopConfiguration()
    let controller = try Controller(
      robot: Spider.robot, policy: SpiderPolicy.still, configuration: configuration,
      clock: .machine)
    var loop = ControlLoop(
      bus: bus, controller: controller, robot: Spider.robot, configuration: configuration)
    var text = ""
    do throws(ArmingError) {
      try loop.arm(deadlineNanoseconds: patientDeadline())
    } catch {
      text = error.description
    }
    #expect(
      text.contains(
        "IMU: found acceleration, angular rate, angle, magnetic field alone at 9600 bit/s, "
          + "expected angular rate and quaternion; set it up with 'tarsus imu set-up'"), "\(text)")
    let report = try peer.stop()
    #expect(!report.isTorqueOn && report.torqueOnSeconds == 0)
  }

  /// The error register of a servo, and its errors in words.
  @Test(arguments: [
    (ServoFamily.dynamixel, UInt8(0b10_1101), "supply, encoder, overheating, overload"),
    (.dynamixel, 0b01_0000, "shock"),
    (.feetech, 0b10_1111, "supply, encoder, overheating, current, overload"),
    (.feetech, 1 << 6, "an error without a name"), (.dynamixel, 1 << 6, "an error without a name"),
    (.dynamixel, 0, ""),
  ])
  func errors_ofBothFamilies_haveTheSameNames(family: ServoFamily, status: UInt8, names: String) {
    #expect(ServoErrors(rawValue: family.errorBits(status)).description == names)
  }
}
