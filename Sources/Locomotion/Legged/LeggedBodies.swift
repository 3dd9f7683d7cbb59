internal import ParallelArrays
internal import Physics
internal import RobotDescription

/// The servo-driven bodies of all simulations, and what a task settles for all of its episodes.
final class LeggedBodies: EpisodeBodies, @unchecked Sendable {
  let task: LocomotionTask
  let batch: SimulationBatch
  let jointCount: Int
  /// Mass of the body as its model has it, in kilograms.
  let massKilograms: Double
  /// Ticks over which the velocity is averaged before it is compared with the command.
  let averagingTicks: Int
  /// The joints of ``TaskConfiguration/postureJoints``.
  let postureJoints: [Int]
  /// The joints of ``TaskConfiguration/gaitJoints``.
  let gaitJoints: [SteppingJoint]
  /// The terms of the reward with a weight.
  let rewardTerms: [ActiveRewardTerm]
  /// The state of the standing body.
  let standing: [Double]
  var progress: Float = 1

  private let stepsPerTick: Int

  /// Time over which the velocity is averaged.
  static let averagingSeconds: Float = 0.5

  init(task: LocomotionTask, count: Int, threadCount: Int) throws(TaskError) {
    try task.configuration.validate()
    let model = try task.loadModel()
    self.task = task
    jointCount = task.robot.jointCount
    stepsPerTick = task.stepsPerTick(of: model)
    massKilograms = model.massKilograms
    postureJoints = try task.joints(
      endingIn: task.configuration.postureJoints, setting: "task.posture_joints")
    gaitJoints = try task.steppingJoints(of: model)
    rewardTerms = RewardTerm.active(task.configuration.reward)
    averagingTicks = max(
      1, Int((Self.averagingSeconds / task.robot.controlPeriodSeconds).rounded()))
    do {
      batch = try SimulationBatch(
        of: model, count: count, threadCount: threadCount,
        individual: task.configuration.randomisation.individualProperties)
      try batch.resetAll(keyframe: model.keyframe("standing") ?? 0)
    } catch {
      throw .physics(error)
    }
    standing = batch.state(of: 0)
  }

  var episodeTicksMax: Int { task.configuration.episodeTicksMax }
  /// One number per joint.
  var actionSpace: ActionSpace { .continuous(width: jointCount) }
  var observationWidth: Int { task.observation.width + privilegedWidth }
  /// Smoothed velocity, velocity, rise, height, and the contact of each foot.
  var privilegedWidth: Int { 7 + batch.footCount }
  var rewardTermCount: Int { rewardTerms.count }

  func advance() throws(TaskError) {
    do {
      try batch.step(count: stepsPerTick)
    } catch {
      throw .physics(error)
    }
  }

  func state(of index: Int) -> [Double] { batch.state(of: index) }

  func setState(_ state: [Double], of index: Int) { batch.setState(state, of: index) }

  /// The reading of perfect sensors.
  func sample(of index: Int) -> RobotSample {
    var sample = RobotSample()
    sample.gyro = SIMD3<Float>(batch.angularRate(of: index))
    sample.gravity = SIMD3<Float>(batch.gravity(of: index))
    for joint in 0..<jointCount {
      sample.jointAngles[joint] = Float(batch.jointAngle(joint, of: index))
      sample.jointVelocities[joint] = Float(batch.jointVelocity(joint, of: index))
    }
    return sample
  }

  /// Distance of a joint from the standing pose, in radians.
  func offset(of joint: Int, in index: Int) -> Float {
    Float(batch.jointAngle(joint, of: index)) - task.actions.defaultPose[joint]
  }

  /// A command of the task's ranges, or to stand still.
  func drawCommand(from random: inout RandomSource) -> VelocityCommand {
    let configuration = task.configuration
    let command = VelocityCommand(
      forward: random.uniform(in: configuration.forwardRange),
      left: random.uniform(in: configuration.leftRange),
      yawRate: random.uniform(in: configuration.yawRateRange))
    return random.uniform() < configuration.standingShare ? VelocityCommand() : command
  }
}
