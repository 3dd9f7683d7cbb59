internal import ParallelArrays

/// A part of a gradient step's samples, with working memory of its own.
///
/// The number of slices is fixed by the settings, and their gradients are added in order, so that
/// threads do not change a bit.
final class GradientSlice {
  let networks: ActorCriticWorkspace
  let head: HeadWorkspace
  let gradient: SliceBuffer<Float>
  let slopes: LossSlopes
  /// Normalised observations and actions of a minibatch's samples, gathered.
  let input: SliceBuffer<Float>
  let actions: SliceBuffer<Float>
  /// Sums for K-FAC, where it is used.
  let factorSums: FactorSums?
  /// Sums over the rows.
  var policyLoss: Float = 0
  var valueLoss: Float = 0
  var entropy: Float = 0
  var kl: Float = 0

  init(model: ActorCritic, rowsMax: Int, hasFactorSums: Bool) {
    networks = ActorCriticWorkspace(model: model, rowsMax: rowsMax)
    head = HeadWorkspace(model: model, rowsMax: rowsMax)
    gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    factorSums = hasFactorSums ? FactorSums(shape: model.actor, rowsMax: rowsMax) : nil
    slopes = LossSlopes(
      logProbability: SliceBuffer(repeating: 0, count: rowsMax),
      entropy: SliceBuffer(repeating: 0, count: rowsMax))
    input = SliceBuffer(repeating: 0, count: rowsMax * model.observationWidth)
    actions = SliceBuffer(repeating: 0, count: rowsMax * model.actorWidth)
  }

  /// Clears what a step adds up.
  func begin() {
    for index in 0..<gradient.count { gradient[index] = 0 }
    policyLoss = 0
    valueLoss = 0
    entropy = 0
  }

  /// Copies the samples at some places of an order into ``input`` and ``actions``.
  func gather(_ rollout: Rollout, _ order: SliceBuffer<Int32>, _ places: Range<Int>) {
    for (row, place) in places.enumerated() {
      let sample = Int(order[place])
      for column in 0..<rollout.observationWidth {
        input[row * rollout.observationWidth + column] =
          rollout.normalised[sample * rollout.observationWidth + column]
      }
      for column in 0..<rollout.actionWidth {
        actions[row * rollout.actionWidth + column] =
          rollout.actions[sample * rollout.actionWidth + column]
      }
    }
  }
}
