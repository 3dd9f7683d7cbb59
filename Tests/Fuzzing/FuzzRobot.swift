import PolicyNetwork
import PolicySamples
import RobotControl
import RobotDescription
import WireProtocol

/// A robot of two joints at 50 Hz that the fuzzed drivers and loops run.
enum FuzzRobot {
  static let jointCount = 2

  static let robot: Robot = {
    var robot = Robot(
      body: Label("pair" as StaticString), controlPeriodMicroseconds: 20_000,
      supplyMinMillivolts: 3_800)
    let names: [Label] = [Label("left" as StaticString), Label("right" as StaticString)]
    for (index, name) in names.enumerated() {
      _ = robot.append(
        Joint(
          name: name,
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: index == 1, zeroTicks: 2048, positionGain: 200),
          lowerLimitRadians: -1, upperLimitRadians: 1.5, standingRadians: 0.25,
          restingRadians: -0.5, slewMaxRadiansPerSecond: 8))
    }
    return robot
  }()

  /// Its joints once more: taking one out of the robot copies all.
  static let joints: [Joint] = (0..<jointCount).map { robot[joint: $0] }

  static let jointNamesHash: UInt32 = {
    var hash = JointNamesHash()
    for index in 0..<jointCount {
      let name = robot[joint: index].name
      hash.startName()
      for byte in 0..<name.byteCount { hash.update(name.byte(at: byte)) }
    }
    return hash.value
  }()

  /// A policy that goes by all that it is shown, and so asks for anything.
  static let policy: PolicyFile = {
    let observation = ObservationLayout.standard(jointCount: jointCount, gaitPeriodTicks: 8)
    var description = PolicyDescription(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 0.5), observation: observation,
        commands: CommandRange(
          lower: VelocityCommand(forward: -0.5, left: -0.2, yawRate: -1),
          upper: VelocityCommand(forward: 1, left: 0.2, yawRate: 1))),
      provenance: Provenance(), normaliserClip: 10)
    description.append(LayerShape(outputCount: jointCount, activation: .identity))
    var parameters: [Float] = []
    for joint in 0..<jointCount {
      for index in 0..<observation.width {
        parameters.append((index + joint) % 3 == 0 ? 1 : Float(index % 5) * -0.3)
      }
    }
    return .resident(description, parameters: parameters + [0.1, -0.1])
  }()

  /// Everything takes a few ticks, so that an input goes through all of it.
  static let configuration: LoopConfiguration = {
    var configuration = LoopConfiguration()
    configuration.standUpMicroseconds = 40_000
    configuration.settleMicroseconds = 20_000
    configuration.stopMicroseconds = 60_000
    configuration.sitDownMicroseconds = 60_000
    configuration.faultSilenceMicroseconds = 100_000
    configuration.followingMicroseconds = 80_000
    configuration.commandSilenceMicroseconds = 100_000
    configuration.commandLossMicroseconds = 200_000
    configuration.clippedMicroseconds = 100_000
    configuration.imuRepeatsMax = 4
    configuration.jointRepeatsMax = 4
    return configuration
  }()

  static func joint(id: UInt8) -> Int? {
    joints.firstIndex { $0.servo.id == id }
  }
}
