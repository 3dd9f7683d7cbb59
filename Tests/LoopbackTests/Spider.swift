import Glibc
import Loopback
import RobotDescription

/// The twelve-servo spider as sim/robots/spider.yaml describes it, and its simulated body.
enum Spider {
  static let bodyPath =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    + "/sim/bodies/spider.xml"

  private static let names: [StaticString] = [
    "front_left_coxa", "front_left_femur", "front_left_tibia",
    "rear_left_coxa", "rear_left_femur", "rear_left_tibia",
    "rear_right_coxa", "rear_right_femur", "rear_right_tibia",
    "front_right_coxa", "front_right_femur", "front_right_tibia",
  ]
  private static let reversed: Set<Int> = [4, 5, 10, 11]

  static let robot: Robot = {
    var robot = Robot(
      body: Label("spider"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for (index, name) in names.enumerated() {
      let part = index % 3
      _ = robot.append(
        Joint(
          name: Label(name),
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: reversed.contains(index), zeroTicks: 2048,
            positionGain: 800),
          lowerLimitRadians: [-0.8, -1.3, -0.8][part], upperLimitRadians: [0.8, 0.8, 1.3][part],
          standingRadians: [0, -0.5, 0.5][part], restingRadians: [0, -1, 0.4][part],
          slewMaxRadiansPerSecond: 8))
    }
    return robot
  }()

  /// The spider with Feetech servos, whose register of the gain is smaller.
  static let feetechRobot = robot(ids: [:], gain: 32)

  /// The spider with the servos of some joints numbered otherwise, or another gain.
  static func robot(ids: [Int: UInt8], gain: UInt16 = 800) -> Robot {
    var other = Robot(
      body: robot.body, controlPeriodMicroseconds: robot.controlPeriodMicroseconds,
      supplyMinMillivolts: robot.supplyMinMillivolts)
    for index in 0..<robot.jointCount {
      var joint = robot[joint: index]
      joint.servo.id = ids[index] ?? joint.servo.id
      joint.servo.positionGain = gain
      _ = other.append(joint)
    }
    return other
  }

  /// Ticks of the standing and of the resting pose of one leg: 2048 ± radians × 4096 / 2π.
  static let standingLegTicks: [Int16] = [2048, 1722, 2374]
  static let restingLegTicks: [Int16] = [2048, 1396, 2309]

  /// One leg's ticks for all legs, the other way round for reversed servos.
  static func ticks(leg: [Int16]) -> [Int16] {
    (0..<12).map { reversed.contains($0) ? 4096 - leg[$0 % 3] : leg[$0 % 3] }
  }

  /// A body in the air with the given motion, in a keyframe of its own named `flying`.
  ///
  /// - Parameters:
  ///   - quaternion: Attitude as four numbers.
  ///   - velocity: World velocity and body rate as six numbers.
  ///   - body: Gets the path of the model, which exists only as long as the call.
  static func withFlyingBody<Result>(
    named name: String, quaternion: String, velocity: String,
    _ body: (_ path: String) throws -> Result
  ) throws -> Result {
    let joints = Array(repeating: "0", count: 12).joined(separator: " ")
    let text = """
      <mujoco>
        <include file="\(bodyPath)"/>
        <option gravity="0 0 0"/>
        <keyframe>
          <key name="flying" qpos="0 0 1 \(quaternion) \(joints)" qvel="\(velocity) \(joints)"/>
        </keyframe>
      </mujoco>
      """
    let path = "/tmp/tarsus-\(getpid())-\(name).xml"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { unsafe unlink(path) }
    let bytes = Array(text.utf8)
    let written = unsafe write(descriptor, bytes, bytes.count)
    close(descriptor)
    precondition(written == bytes.count, "the model could not be written")
    return try body(path)
  }
}
