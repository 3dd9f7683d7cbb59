internal import Locomotion
internal import ParallelArrays

/// What makes actions of the actor's outputs: draws them, scores them, and passes gradients back.
///
/// One head serves all slices of a batch at once; what a slice needs for itself is in its
/// ``HeadWorkspace``.
protocol PolicyHead: AnyObject {
  /// Draws what stays the same through a rollout, from each simulation's own noise.
  func beginRollout(_ noise: SliceBuffer<RandomSource>)

  /// Takes the learned numbers as they are now into a slice's working memory.
  func prepare(_ head: HeadWorkspace)

  /// Draws actions for the samples that `networks` has been passed forward for, and keeps them in
  /// the rollout with their probabilities.
  ///
  /// - Parameters:
  ///   - environments: A simulation for each row.
  ///   - sample: Of the first row, in the rollout.
  func draw(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into rollout: Rollout, sample: Int)

  /// Fills in the log-probabilities and entropies of actions `[rows, actionWidth]`.
  func score(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int)

  /// Sets the gradient of the loss in the actor's outputs and adds that in the head's own numbers.
  func backward(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int, slopes: LossSlopes, into gradient: SliceBuffer<Float>)

  /// Sets the gradient in the actor's outputs of `log π` of actions drawn anew, from which the
  /// Fisher information is made.
  func drawScores(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    random: inout RandomSource)

  /// Divergences of the policies before an update, as the rollout has them, to those of `networks`,
  /// added up over some rows, in nats.
  func divergence(
    from rollout: Rollout, sample: Int, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) -> Float

  /// The likeliest action for each row: shape `[rows, actionWidth]` from `first` on.
  func likeliest(
    _ networks: ActorCriticWorkspace, rows: Int, into actions: SliceBuffer<Float>, first: Int)
}

/// Derivatives of the loss in what a head scores, one per row.
struct LossSlopes {
  /// In `log π(a)`.
  let logProbability: SliceBuffer<Float>
  /// In the entropy.
  let entropy: SliceBuffer<Float>
}

/// A slice's working memory for a ``PolicyHead``.
final class HeadWorkspace {
  /// `log π(a)` of each row's action.
  let logProbabilities: SliceBuffer<Float>
  /// Entropy of each row's policy, in nats.
  let entropies: SliceBuffer<Float>
  /// Logarithms of the deviations: `[rows, actionWidth]`.
  let logDeviations: SliceBuffer<Float>
  /// Inverse deviations: `[rows, actionWidth]`.
  let inverseDeviations: SliceBuffer<Float>
  /// Gradients of the loss in the logarithms of the deviations: `[rows, actionWidth]`.
  let deviationGradients: SliceBuffer<Float>
  /// Squares of the latents: `[rows, latentWidth]`.
  let squares: SliceBuffer<Float>
  /// What a ``DeviationModel`` makes of each of its learned numbers, once per step.
  let prepared: SliceBuffer<Float>
  /// Sums for their gradient.
  let varianceGradients: SliceBuffer<Float>

  init(model: ActorCritic, rowsMax: Int) {
    let width = model.actorWidth
    let latentWidth = model.actor.widths[model.actor.layerCount - 1]
    logProbabilities = SliceBuffer(repeating: 0, count: rowsMax)
    entropies = SliceBuffer(repeating: 0, count: rowsMax)
    logDeviations = SliceBuffer(repeating: 0, count: rowsMax * width)
    inverseDeviations = SliceBuffer(repeating: 0, count: rowsMax * width)
    deviationGradients = SliceBuffer(repeating: 0, count: rowsMax * width)
    squares = SliceBuffer(repeating: 0, count: rowsMax * latentWidth)
    prepared = SliceBuffer(repeating: 0, count: model.logDeviations.count)
    varianceGradients = SliceBuffer(repeating: 0, count: model.logDeviations.count)
  }
}

extension ActorCritic {
  /// The head that fits what a task takes.
  func makeHead(
    _ actionSpace: ActionSpace, _ configuration: LearnerConfiguration
  ) -> any PolicyHead {
    switch actionSpace {
    case .continuous:
      GaussianHead(
        model: self, exploration: configuration.exploration,
        environmentCount: configuration.environmentCount)
    case .discrete: CategoricalHead(model: self)
    }
  }
}
