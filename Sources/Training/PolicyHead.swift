internal import Locomotion
internal import ParallelArrays

/// Distribution of the actions: draws and scores them, and computes its gradients.
///
/// All slices of a batch share one head; each has a ``HeadWorkspace`` of its own.
protocol PolicyHead: AnyObject {
  /// Draws the noise that is constant through a rollout, from each environment's own source.
  func beginRollout(_ noise: SliceBuffer<RandomSource>)

  /// Copies the present parameters into a slice's working memory.
  func prepare(_ head: HeadWorkspace)

  /// Draws actions after a forward pass, and stores them in the rollout with their probabilities.
  ///
  /// - Parameters:
  ///   - environments: The environment of each row.
  ///   - sample: Index of the first row's sample in the rollout.
  func draw(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, environments: Range<Int>,
    noise: SliceBuffer<RandomSource>, into rollout: Rollout, sample: Int)

  /// Fills in the log-probabilities and entropies of actions `[rows, actionWidth]`.
  func score(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int)

  /// Sets the gradient of the loss in the actor's outputs, and adds that in the head's parameters.
  func backward(
    _ actions: UnsafePointer<Float>, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int, lossGradients: LossGradients, into gradient: SliceBuffer<Float>)

  /// Sets the gradient of `log π(a)` in the actor's outputs, for new actions from the policy.
  ///
  /// The Fisher information is the second moment of these gradients.
  func drawScores(
    _ networks: ActorCriticWorkspace, _ head: HeadWorkspace, rows: Int,
    random: inout RandomSource)

  /// Sum over rows of the KL divergence from the rollout's policy to that of `networks`, in nats.
  func divergence(
    from rollout: Rollout, sample: Int, _ networks: ActorCriticWorkspace, _ head: HeadWorkspace,
    rows: Int
  ) -> Float

  /// Writes the most likely action of each row: shape `[rows, actionWidth]` from row `first` on.
  func mode(
    _ networks: ActorCriticWorkspace, rows: Int, into actions: SliceBuffer<Float>, first: Int)
}

/// Gradients of the loss in the scores of a head, one per row.
struct LossGradients {
  /// Gradient in `log π(a)`.
  let logProbability: SliceBuffer<Float>
  /// Gradient in the entropy.
  let entropy: SliceBuffer<Float>
}

/// A slice's working memory for a ``PolicyHead``.
final class HeadWorkspace {
  /// `log π(a)` of each row's action.
  let logProbabilities: SliceBuffer<Float>
  /// Entropy of each row's policy, in nats.
  let entropies: SliceBuffer<Float>
  /// Logarithms of the standard deviations: `[rows, actionWidth]`.
  let logStandardDeviations: SliceBuffer<Float>
  /// Inverse standard deviations: `[rows, actionWidth]`.
  let inverseStandardDeviations: SliceBuffer<Float>
  /// Gradients of the loss in the logarithms of the standard deviations: `[rows, actionWidth]`.
  let logStandardDeviationGradients: SliceBuffer<Float>
  /// Squares of the latents: `[rows, latentWidth]`.
  let squares: SliceBuffer<Float>
  /// Values that a ``StandardDeviationModel`` derives from its parameters, once per step.
  let prepared: SliceBuffer<Float>
  /// Gradients in ``prepared``.
  let varianceGradients: SliceBuffer<Float>

  init(model: ActorCritic, rowsMax: Int) {
    let width = model.actorWidth
    let latentWidth = model.actor.widths[model.actor.layerCount - 1]
    logProbabilities = SliceBuffer(repeating: 0, count: rowsMax)
    entropies = SliceBuffer(repeating: 0, count: rowsMax)
    logStandardDeviations = SliceBuffer(repeating: 0, count: rowsMax * width)
    inverseStandardDeviations = SliceBuffer(repeating: 0, count: rowsMax * width)
    logStandardDeviationGradients = SliceBuffer(repeating: 0, count: rowsMax * width)
    squares = SliceBuffer(repeating: 0, count: rowsMax * latentWidth)
    prepared = SliceBuffer(repeating: 0, count: model.logStandardDeviations.count)
    varianceGradients = SliceBuffer(repeating: 0, count: model.logStandardDeviations.count)
  }
}

extension ActorCritic {
  /// Makes the head for an action space.
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
