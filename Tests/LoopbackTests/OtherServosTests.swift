import Realtime
import RobotDescription
import SerialLink
import Testing
import WireProtocol

@testable import ServoDrivers

/// Servos of models that no driver knows: all of them are named.
@Suite struct OtherServosTests {
  /// Servos of which some say that they are model 5.
  private struct Servos: ServoLink, ~Copyable {
    let others: [UInt8]

    init(port: consuming SerialPort) { others = [] }
    init(others: [UInt8]) { self.others = others }

    var nowNanoseconds: UInt64 { 0 }
    var echoes: Bool { false }
    static var family: ServoFamily { .dynamixel }
    var kinds: [UInt8: ServoKind] = [:]
    static var blockByteCountMax: Int { 100 }

    mutating func model(
      of id: UInt8, patience: ServoPatience
    ) throws(ServoRequestError) -> UInt16 { others.contains(id) ? 5 : 1_200 }

    mutating func bytes(
      at address: Int, count: Int, of id: UInt8
    ) throws(ServoRequestError) -> [UInt8] { Array(repeating: 0, count: count) }

    mutating func makeReadable(_ id: UInt8) throws(ServoRequestError) {}

    mutating func put(
      _ value: Int32, in register: ServoRegister, of id: UInt8, awaitsAnswer: Bool
    ) throws(ServoRequestError) {}
  }

  private static func refusal(others: [UInt8]) -> ServoConnectError? {
    var servos = Servos(others: others)
    var fixes: [ServoFix] = []
    do throws(ServoConnectError) {
      try servos.makeReady(Spider.robot, setsUp: true, fixes: &fixes)
      return nil
    } catch {
      return error
    }
  }

  @Test func makeReady_oneOfAnotherModel_isNamed() {
    #expect(
      Self.refusal(others: [4])?.description
        == "servo 4 (rear_left_coxa): found model 5, "
        + "expected XL330-M077 (1190) or XL330-M288 (1200); check the robot file")
  }

  @Test func makeReady_severalOfAnotherModel_areAllNamed() {
    #expect(
      Self.refusal(others: [4, 5])?.description
        == "servo 4 (rear_left_coxa): found model 5; servo 5 (rear_left_femur): found model 5, "
        + "expected XL330-M077 (1190) or XL330-M288 (1200); check the robot file")
  }

  @Test func makeReady_allKnown_namesNoModel() {
    guard case .setting = Self.refusal(others: []) else {
      Issue.record("found another refusal, expected one of their settings, which are all zero")
      return
    }
  }
}
