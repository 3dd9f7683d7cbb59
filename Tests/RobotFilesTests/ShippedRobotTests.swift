import Foundation
import RobotDescription
import RobotFiles
import SeededRandomness
import Settings
import Testing

struct ShippedRobotTests {
  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func spider() throws -> Robot {
    try RobotFile.load(path: repository.appending(path: "sim/robots/spider.yaml").path)
  }

  @Test func load_spider_hasItsBodyRateAndSupply() throws {
    let robot = try Self.spider()
    #expect(robot.body == Label("spider"))
    #expect(robot.controlPeriodMicroseconds == 20_000)
    #expect(robot.supplyMinMillivolts == 3_800)
  }

  @Test func load_spider_hasTwelveJointsInTheOrderOfTheBody() throws {
    let robot = try Self.spider()
    let joints = (0..<robot.jointCount).map { robot[joint: $0] }
    #expect(
      joints.map(\.name.description) == [
        "front_left_coxa", "front_left_femur", "front_left_tibia",
        "rear_left_coxa", "rear_left_femur", "rear_left_tibia",
        "rear_right_coxa", "rear_right_femur", "rear_right_tibia",
        "front_right_coxa", "front_right_femur", "front_right_tibia",
      ])
    #expect(joints.map(\.servo.id) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  }

  @Test func load_spider_takesDefaultsAndOverridesThem() throws {
    let robot = try Self.spider()
    let joints = (0..<robot.jointCount).map { robot[joint: $0] }
    #expect(joints.allSatisfy { $0.servo.zeroTicks == 2048 })
    #expect(joints.allSatisfy { $0.servo.positionGain == 800 })
    #expect(joints.allSatisfy { $0.slewMaxRadiansPerSecond == 8 })
    #expect(joints.filter(\.servo.isReversed).map(\.servo.id) == [5, 6, 11, 12])
  }

  @Test func load_spider_hasTheLimitsAndPosesOfEachKindOfJoint() throws {
    let robot = try Self.spider()
    let expected: [(lower: Float, upper: Float, standing: Float, resting: Float)] = [
      (-0.8, 0.8, 0, 0), (-1.3, 0.8, -0.5, -1), (-0.8, 1.3, 0.5, 0.4),
    ]
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      let kind = expected[index % 3]
      #expect(joint.lowerLimitRadians == kind.lower)
      #expect(joint.upperLimitRadians == kind.upper)
      #expect(joint.standingRadians == kind.standing)
      #expect(joint.restingRadians == kind.resting)
    }
  }

  @Test func load_walker_hasTenJointsOnTwoSides() throws {
    let robot = try RobotFile.load(
      path: Self.repository.appending(path: "sim/robots/walker.yaml").path)
    let joints = (0..<robot.jointCount).map { robot[joint: $0] }
    #expect(robot.body == Label("walker"))
    #expect(robot.controlPeriodMicroseconds == 20_000)
    #expect(robot.supplyMinMillivolts == 6_200)
    #expect(
      joints.map(\.name.description) == [
        "left_hip_yaw", "left_hip_roll", "left_hip_pitch", "left_knee", "left_ankle",
        "right_hip_yaw", "right_hip_roll", "right_hip_pitch", "right_knee", "right_ankle",
      ])
    #expect(joints.map(\.servo.id) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(joints.map(\.servo.isReversed) == (0..<10).map { $0 >= 5 })
    #expect(joints.allSatisfy { $0.servo.positionGain == 32 })
    for index in 0..<5 {
      let (left, right) = (joints[index], joints[index + 5])
      #expect(left.lowerLimitRadians == right.lowerLimitRadians)
      #expect(left.upperLimitRadians == right.upperLimitRadians)
      #expect(left.standingRadians == right.standingRadians)
      #expect(left.restingRadians == right.restingRadians)
    }
  }

  @Test func load_missingFile_saysSo() {
    let error = #expect(throws: SettingsError.self) {
      try RobotFile.load(path: "no/such/robot.yaml")
    }
    #expect(
      error?.description
        == "no/such/robot.yaml: read: found no such file, expected a robot's description; "
        + "check the path")
  }

  @Test func load_folder_isRefused() {
    let folder = Self.repository.appending(path: "sim").path
    let error = #expect(throws: SettingsError.self) { try RobotFile.load(path: folder) }
    #expect(error?.found == "something that cannot be read")
  }

  @Test func load_fileBeyondTheBound_isRefused() throws {
    let error = try Self.refusal(of: Data(repeating: 0x23, count: RobotFile.byteCountMax + 1))
    #expect(error?.found == "more than 65536 bytes")
    #expect(error?.line == nil)
  }

  @Test func load_bytesThatAreNoText_areRefused() throws {
    let error = try Self.refusal(of: Data([0x62, 0xFF, 0xFE]))
    #expect(error?.found == "bytes that are not UTF-8")
    #expect(error?.line == nil)
  }

  @Test func parse_twoThousandDamagedTexts_areReadOrRefused() throws {
    let original = Array(RobotText().text.utf8)
    let inserted = Array("*&[]{}-?:,|>'\"#%@!\n\t 0123456789.e".utf8)
    var random = SeededRandom(seed: 23)
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          inserted.randomElement(using: &random) ?? 0
      }
      do throws(SettingsError) {
        _ = try RobotFile.parse(String(decoding: bytes, as: UTF8.self), path: "r.yaml")
      } catch {
        refused += 1
      }
    }
    #expect((1..<2_000).contains(refused))
  }

  @Test func parse_everyTruncation_isReadOrRefused() {
    let bytes = Array(RobotText().text.utf8)
    var refused = 0
    for count in 0..<bytes.count {
      do throws(SettingsError) {
        _ = try RobotFile.parse(String(decoding: bytes[..<count], as: UTF8.self), path: "r.yaml")
      } catch {
        refused += 1
      }
    }
    #expect(refused > bytes.count / 2)
  }

  @Test func parse_nameWithAControlCharacter_isRefused() {
    let error = #expect(throws: SettingsError.self) {
      try RobotFile.parse(RobotText().with(1, #"body: "a\e[2J""#), path: "r.yaml")
    }
    #expect(error?.expected == "a name of 1 to 31 bytes without control characters")
  }

  private static func refusal(of data: Data) throws -> SettingsError? {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try data.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return #expect(throws: SettingsError.self) { try RobotFile.load(path: file.path) }
  }
}
