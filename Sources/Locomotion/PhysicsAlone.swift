internal import Physics
internal import RobotDescription

/// The same simulations without a learner: what the speed of training is measured against.
///
/// They are stepped under random targets and reset when they fall or their time is up.
public final class PhysicsAlone {
  private let task: LocomotionTask
  let batch: SimulationBatch
  private let stepsPerTick: Int
  private let standing: [Double]
  private let random: SliceBuffer<RandomSource>
  private let ticks: SliceBuffer<Int>
  private var steps = 0

  /// Makes `count` standing bodies.
  public init(
    task: LocomotionTask, count: Int, seed: UInt64, threadCount: Int
  ) throws(TaskError) {
    let model = try task.loadModel()
    self.task = task
    stepsPerTick = task.stepsPerTick(of: model)
    do {
      batch = try SimulationBatch(of: model, count: count, threadCount: threadCount)
      try batch.resetAll(keyframe: model.keyframe("standing") ?? 0)
    } catch {
      throw .physics(error)
    }
    standing = batch.state(of: 0)
    random = SliceBuffer(repeating: RandomSource(seed: seed, stream: 0), count: count)
    ticks = SliceBuffer(repeating: 0, count: count)
    for index in 0..<count {
      random[index] = RandomSource(seed: seed, stream: UInt64(index))
      ticks[index] = index * task.configuration.episodeTicksMax / count
    }
  }

  /// Runs some ticks of all simulations.
  ///
  /// - Returns: Environment steps made so far.
  public func run(ticks tickCount: Int) throws(TaskError) -> Int {
    for _ in 0..<tickCount {
      batch.concurrently(batch.count) { act($0) }
      do {
        try batch.step(count: stepsPerTick)
      } catch {
        throw .physics(error)
      }
    }
    steps += tickCount * batch.count
    return steps
  }

  private func act(_ index: Int) {
    ticks[index] += 1
    let configuration = task.configuration
    let isUp =
      batch.axes(of: index).up.z >= Double(configuration.uprightMin)
      && batch.position(of: index).z >= Double(configuration.heightMinMetres)
    if !isUp || ticks[index] >= configuration.episodeTicksMax {
      batch.setState(standing, of: index)
      ticks[index] = 0
    }
    for joint in 0..<task.robot.jointCount {
      let offset = task.actions.scale[joint] * random[index].uniform(in: -1...1)
      batch.setTarget(Double(task.actions.defaultPose[joint] + offset), joint: joint, of: index)
    }
  }
}
