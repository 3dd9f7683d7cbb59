import PolicyNetwork
import PolicySamples
import RobotControl
import RobotDescription
import ServoDrivers

/// A robot of two joints at 50 Hz, its samples and its policies.
enum Pair {
  static let standing: Float = 0.25
  static let resting: Float = -0.5
  static let lowerLimit: Float = -1
  static let upperLimit: Float = 1.5
  /// 8 rad/s at 50 Hz.
  static let slewMaxRadians: Float = 0.16

  /// Ticks of the default configuration: 1.5 s, 0.5 s, 1 s and 1.5 s at 50 Hz.
  static let standUpTicks = 75
  static let settleTicks = 25
  static let stopTicks = 50
  static let sitDownTicks = 75

  static func robot(body: Label = Label("pair"), upperLimit: Float = upperLimit) -> Robot {
    var robot = Robot(body: body, controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    let names: [Label] = [Label("left_knee" as StaticString), Label("right_knee" as StaticString)]
    for (index, name) in names.enumerated() {
      _ = robot.append(
        Joint(
          name: name,
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: index == 1, zeroTicks: 2048, positionGain: 800),
          lowerLimitRadians: lowerLimit, upperLimitRadians: upperLimit, standingRadians: standing,
          restingRadians: resting, slewMaxRadiansPerSecond: 8))
    }
    return robot
  }

  /// Level, at full supply, with torque, the joints at the given angles.
  static func sample(_ left: Float = resting, _ right: Float = resting) -> BusSample {
    var sample = BusSample()
    sample.supplyMillivolts = 5_000
    sample.isTorqueOn = true
    sample.robot.jointAngles[0] = left
    sample.robot.jointAngles[1] = right
    return sample
  }

  /// A policy whose targets are `factor` × one observed number off the standing pose.
  ///
  /// The number is the forward velocity of the command, or with a gait clock the sine of the clock.
  static func policy(
    factor: Float, bias: Float = 0, gaitPeriodTicks: UInt16 = 0
  ) -> PolicyFile {
    let robot = robot()
    let observation = ObservationLayout.standard(
      jointCount: robot.jointCount, gaitPeriodTicks: gaitPeriodTicks)
    let width = observation.width
    var description = PolicyDescription(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 1), observation: observation,
        commands: CommandRange(
          lower: VelocityCommand(forward: -1), upper: VelocityCommand(forward: 1))),
      provenance: Provenance(), normaliserClip: 10)
    description.append(LayerShape(outputCount: 2, activation: .identity))
    var row = [Float](repeating: 0, count: width)
    row[width - (gaitPeriodTicks > 0 ? 2 : 3)] = factor
    return .resident(description, parameters: row + row + [bias, bias])
  }

  /// Stands, whatever is asked for.
  static let still = policy(factor: 0)
  /// Does what is asked for.
  static let obedient = policy(factor: 1)
  /// Swings by a tenth of a radian in four ticks, whatever is asked for.
  static let clockwork = policy(factor: 0.1, gaitPeriodTicks: 4)
  /// Asks for more than limits and slew allow as soon as it is to move.
  static let eager = policy(factor: 20)
  /// Overflows as soon as it is asked to move.
  static let boundless = policy(factor: 3e38, bias: 3.4e38)
}

extension Controller {
  /// Steps `count` times on one sample, whose joints go where they are sent; returns the last
  /// intent.
  @discardableResult
  mutating func step(
    _ count: Int, _ reading: Reading = .fresh, _ sample: BusSample = Pair.sample()
  ) -> Intent {
    var intent = Intent.torqueOff
    for _ in 0..<count {
      var sample = sample
      // A working IMU, working encoders, and a sender of commands.
      sample.robot.gyro.x += Float(statistics.ticks % 7) * 0.001
      follow(command)
      intent = step(reading, followed(sample))
    }
    return intent
  }

  /// A sample of joints that have gone where they were sent, read by encoders that live.
  func followed(_ sample: BusSample) -> BusSample {
    var sample = sample
    for joint in 0..<2 where sample.robot.jointAngles[joint].isFinite {
      sample.robot.jointAngles[joint] = targets[joint] + Float(statistics.ticks % 7) * 0.001
    }
    return sample
  }

  /// The targets of the two joints.
  var pair: [Float] { [targets[0], targets[1]] }
}
