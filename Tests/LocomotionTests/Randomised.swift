import Foundation
import ParallelArrays
import Physics
import RobotDescription

@testable import Locomotion

extension RandomisationConfiguration {
  /// Switched on, with every term off but what `change` says.
  static func only(
    _ change: (inout RandomisationConfiguration) -> Void = { _ in }
  ) -> RandomisationConfiguration {
    var configuration = RandomisationConfiguration()
    configuration.isOn = true
    configuration.floorFriction = 0...0
    configuration.centreOfMassMetres = 0...0
    let factors: [WritableKeyPath<RandomisationConfiguration, ClosedRange<Float>>] = [
      \.torsoMassFactor, \.partMassFactor, \.servoGainFactor, \.torqueLimitFactor,
      \.jointDampingFactor, \.jointArmatureFactor, \.jointFrictionLossFactor,
    ]
    for factor in factors { configuration[keyPath: factor] = 1...1 }
    configuration.commandDelayTicksMax = 0
    configuration.imuDelayTicksMax = 0
    configuration.jointDelayTicksMax = 0
    configuration.encoderBiasRadiansMax = 0
    configuration.imuMountingRadiansMax = 0
    let noises: [WritableKeyPath<RandomisationConfiguration, SensorNoise>] = [
      \.jointAngleNoise, \.jointRateNoise, \.gyroNoise, \.gravityNoise,
    ]
    for noise in noises { configuration[keyPath: noise].size = 0 }
    configuration.pushSpeedMax = 0
    change(&configuration)
    return configuration
  }

  /// Every term on, with delays and pushes that show in a short test.
  static var everything: RandomisationConfiguration {
    var configuration = RandomisationConfiguration()
    configuration.isOn = true
    configuration.commandDelayTicksMax = 3
    configuration.imuDelayTicksMax = 2
    configuration.jointDelayTicksMax = 1
    configuration.gyroNoise.shape = .normal
    configuration.pushIntervalSeconds = 0.04...0.12
    return configuration
  }
}

/// Spiders under random actions with the randomisation of a test.
enum Randomised {
  static func environments(
    _ randomisation: RandomisationConfiguration, count: Int = 4, seed: UInt64 = 1,
    threadCount: Int = 1, modelPath: String = Spider.bodyPath,
    _ change: (inout TaskConfiguration) -> Void = { _ in }
  ) throws -> LeggedEnvironments {
    let task = try Spider.task(modelPath: modelPath) {
      $0.startAngleNoiseRadians = 0.1
      $0.randomisation = randomisation
      change(&$0)
    }
    return try Spider.environments(task, count: count, seed: seed, threadCount: threadCount)
  }

  /// Runs some ticks under random actions and calls `look` after each.
  static func run(
    _ environments: LeggedEnvironments, ticks: Int, afterAct: () -> Void = {},
    _ look: (_ tick: Int) throws -> Void
  ) throws {
    var random = RandomSource(seed: 5, stream: 0)
    let actions = SliceBuffer<Float>(
      repeating: 0, count: environments.count * environments.task.robot.jointCount)
    for tick in 0..<ticks {
      for index in 0..<actions.count { actions[index] = random.uniform(in: -1...1) }
      environments.act(actions, in: 0..<environments.count)
      afterAct()
      try environments.advance()
      environments.observe(in: 0..<environments.count)
      try look(tick)
    }
  }
}

/// Sensor values of an observation in the standard layout, without its scales.
struct Reading {
  var gyro: SIMD3<Float>
  var gravity: SIMD3<Float>
  var jointAngles: [Float]
  var jointRates: [Float]

  init(_ environments: LeggedEnvironments, of index: Int) {
    let numbers = environments.observation(of: index)
    gyro = 4 * SIMD3(numbers[0], numbers[1], numbers[2])
    gravity = SIMD3(numbers[3], numbers[4], numbers[5])
    jointAngles = (0..<12).map { numbers[6 + $0] + Spider.standingLeg[$0 % 3] }
    jointRates = (0..<12).map { 20 * numbers[18 + $0] }
  }

  /// The reading of perfect sensors.
  init(truthOf environments: LeggedEnvironments, _ index: Int) {
    gyro = SIMD3<Float>(environments.batch.angularRate(of: index))
    gravity = SIMD3<Float>(environments.batch.gravity(of: index))
    jointAngles = (0..<12).map { Float(environments.batch.jointAngle($0, of: index)) }
    jointRates = (0..<12).map { Float(environments.batch.jointVelocity($0, of: index)) }
  }

  var imu: [Float] { (0..<3).map { gyro[$0] } + (0..<3).map { gravity[$0] } }
  var joints: [Float] { jointAngles + jointRates }
}

/// The largest difference of two lists.
func distance(_ left: [Float], _ right: [Float]) -> Float {
  zip(left, right).map { abs($0 - $1) }.max() ?? .infinity
}
