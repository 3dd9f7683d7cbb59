internal import Locomotion
internal import ParallelArrays

/// Collects rollouts: n steps of every environment under the policy that is being trained.
final class RolloutCollector {
  let rollout: Rollout
  private let environments: any Environments
  private let head: any PolicyHead
  /// Random source of each environment's actions.
  private let noise: SliceBuffer<RandomSource>
  private let workers: [RolloutWorker]
  private let loop: RolloutLoop

  init(
    environments: any Environments, model: ActorCritic, head: any PolicyHead, ticks: Int,
    noise: SliceBuffer<RandomSource>, normaliser: SliceBuffer<Float>
  ) {
    let count = environments.count
    let rollout = Rollout(
      timeCount: ticks, environmentCount: count, observationWidth: environments.observationWidth,
      actionWidth: environments.actionSpace.width, actorWidth: model.actorWidth)
    let actions = SliceBuffer<Float>(
      repeating: 0, count: count * environments.actionSpace.width)
    let workerCount = Self.workerCount(environmentCount: count)
    workers = (0..<workerCount).map {
      RolloutWorker(
        environments: environments,
        range: A2C.part($0, of: workerCount, count: count), model: model,
        head: head, noise: noise, actions: actions, normaliser: normaliser, rollout: rollout)
    }
    self.environments = environments
    self.rollout = rollout
    self.head = head
    self.noise = noise
    loop = RolloutLoop(environments: environments, actors: workers)
  }

  /// Steps every environment n times with actions drawn from the policy.
  func collect() throws(TaskError) -> Rollout {
    head.beginRollout(noise)
    try loop.run(ticks: rollout.timeCount)
    return rollout
  }

  /// Fills in the critic's values of the states after the last step.
  func bootstrap() {
    concurrently(workers.count) { workers[$0].bootstrap() }
  }

  /// Runs a function for each slice index on the environments' pool.
  func concurrently(_ sliceCount: Int, _ body: (Int) -> Void) {
    environments.concurrently(sliceCount, body)
  }

  /// Slices that act concurrently, of at least four environments each.
  ///
  /// The number is fixed, so that the number of threads does not change a result.
  static func workerCount(environmentCount: Int) -> Int {
    equalParts(of: environmentCount, widthMin: 4)
  }

  /// The largest number of equal parts, at most 8, each at least `widthMin` wide.
  static func equalParts(of count: Int, widthMin: Int) -> Int {
    (1...8).last { count % $0 == 0 && count / $0 >= widthMin } ?? 1
  }
}

/// Draws the actions of a slice of the environments and fills in its part of the rollout.
private final class RolloutWorker: SliceActor {
  private let environments: any Environments
  private let range: Range<Int>
  private let head: any PolicyHead
  private let noise: SliceBuffer<RandomSource>
  /// Actions of all environments: `[environment, actionWidth]`.
  private let actions: SliceBuffer<Float>
  private let rollout: Rollout
  private let networks: ActorCriticWorkspace
  private let headWorkspace: HeadWorkspace
  /// Means, then factors, of the observation normaliser: the trainer keeps them current.
  private let normaliser: SliceBuffer<Float>
  /// Normalised observations outside the rollout: `[rows, observationWidth]`.
  private let input: SliceBuffer<Float>
  // The protocol's buffers, taken out once: a tick reads them number by number.
  private let observed: SliceBuffer<Float>
  private let lastObserved: SliceBuffer<Float>
  private let rewards: SliceBuffer<Float>
  private let outcomes: SliceBuffer<EpisodeOutcome>

  init(
    environments: any Environments, range: Range<Int>, model: ActorCritic, head: any PolicyHead,
    noise: SliceBuffer<RandomSource>, actions: SliceBuffer<Float>,
    normaliser: SliceBuffer<Float>, rollout: Rollout
  ) {
    self.environments = environments
    self.range = range
    self.head = head
    self.noise = noise
    self.actions = actions
    self.normaliser = normaliser
    self.rollout = rollout
    networks = ActorCriticWorkspace(model: model, rowsMax: range.count)
    headWorkspace = HeadWorkspace(model: model, rowsMax: range.count)
    input = SliceBuffer(repeating: 0, count: range.count * environments.observationWidth)
    observed = environments.observations
    lastObserved = environments.finalObservations
    rewards = environments.rewards
    outcomes = environments.outcomes
  }

  func act(tick: Int) {
    let width = rollout.observationWidth
    let first = tick * rollout.environmentCount + range.lowerBound
    for index in 0..<(range.count * width) {
      rollout.observations[first * width + index] = observed[range.lowerBound * width + index]
    }
    ObservationNormaliser.normalise(
      observed, range, numbers: normaliser, into: rollout.normalised, first: first)
    unsafe networks.forward(
      UnsafePointer(rollout.normalised.base + first * width), rows: range.count)
    if tick == 0 { head.prepare(headWorkspace) }
    head.draw(
      networks, headWorkspace, environments: range, noise: noise, into: rollout, sample: first)
    for row in 0..<range.count { rollout.values[first + row] = networks.value(row) }
    let actionWidth = rollout.actionWidth
    for index in 0..<(range.count * actionWidth) {
      actions[range.lowerBound * actionWidth + index] =
        rollout.actions[first * actionWidth + index]
    }
    environments.act(actions, in: range)
  }

  func record(tick: Int) {
    for environment in range {
      let index = tick * rollout.environmentCount + environment
      let outcome = outcomes[environment]
      rollout.rewards[index] = rewards[environment]
      rollout.isDone[index] = outcome != .running
      rollout.bootstrapValues[index] = 0
      // A truncated episode would have gone on: the critic estimates the rest of its return.
      guard outcome == .truncated else { continue }
      estimate(lastObserved, environment..<(environment + 1))
      rollout.bootstrapValues[index] = networks.value(0)
    }
  }

  /// Fills in the critic's values of the slice's present observations.
  func bootstrap() {
    estimate(observed, range)
    for (row, environment) in range.enumerated() {
      rollout.lastValues[environment] = networks.value(row)
    }
  }

  private func estimate(_ observations: SliceBuffer<Float>, _ range: Range<Int>) {
    ObservationNormaliser.normalise(
      observations, range, numbers: normaliser, into: input, first: 0)
    unsafe networks.forwardCritic(UnsafePointer(input.base), rows: range.count)
  }
}
