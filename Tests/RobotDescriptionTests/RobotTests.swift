import RobotDescription
import Testing

struct RobotTests {
  @Test func append_joints_keepsTheirOrder() {
    let robot = TwoJoints.robot()
    #expect(robot.jointCount == 2)
    #expect((0..<2).map { robot[joint: $0].name.description } == ["hip", "knee"])
  }

  @Test func append_joint33_isRefused() {
    var robot = TwoJoints.robot()
    let joint = robot[joint: 0]
    let taken = (2...32).map { _ in robot.append(joint) }
    #expect(taken == [Bool](repeating: true, count: 30) + [false])
    #expect(robot.jointCount == 32)
  }

  @Test func sample_newOne_isLevelAndFinite() {
    let sample = RobotSample()
    #expect(sample.gravity == SIMD3(0, 0, -1))
    #expect(sample.isFinite(jointCount: 32))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func isFinite_oneBadValueAnywhere_isFalse(bad: Float) {
    for place in 0..<10 {
      var sample = RobotSample()
      switch place {
      case 0..<3: sample.gyro[place] = bad
      case 3..<6: sample.gravity[place - 3] = bad
      case 6..<8: sample.jointAngles[place - 6] = bad
      default: sample.jointVelocities[place - 8] = bad
      }
      #expect(!sample.isFinite(jointCount: 2))
    }
  }

  @Test func isFinite_badValueBehindTheJoints_isNotRead() {
    var sample = RobotSample()
    sample.jointAngles[2] = .nan
    #expect(sample.isFinite(jointCount: 2))
  }
}

struct LabelTests {
  @Test(arguments: ["", "a", "left_femur", "genou", "31_bytes_are_just_short_enough_"])
  func init_shortText_comesBack(text: String) {
    #expect(Label(text)?.description == text)
    #expect(Label(text)?.byteCount == text.utf8.count)
  }

  @Test func init_longText_isNil() {
    #expect(Label(String(repeating: "x", count: 32)) == nil)
    #expect(Label(String(repeating: "é", count: 16)) == nil)
  }

  @Test func equality_isThatOfTheBytes() {
    #expect(Label("hip") == Label("hip" as String))
    #expect(Label("hip") != Label("hips"))
    #expect(Label("hip") != Label("hop"))
    #expect(Label() == Label(""))
  }
}
