internal import ParallelArrays

/// A part of a minibatch's samples, with working memory of its own.
///
/// The settings fix the number of slices, and their gradients are added in order: the number of
/// threads changes no bit.
final class GradientSlice {
  /// Its place among the slices.
  let index: Int
  let networks: ActorCriticWorkspace
  let head: HeadWorkspace
  let gradient: SliceBuffer<Float>
  let lossGradients: LossGradients
  /// Normalised observations and actions of the samples of a shuffled minibatch.
  let input: SliceBuffer<Float>
  let actions: SliceBuffer<Float>
  /// Sums over the rows.
  var policyLoss: Float = 0
  var valueLoss: Float = 0
  var entropy: Float = 0
  var kl: Float = 0

  init(index: Int, model: ActorCritic, rowsMax: Int) {
    self.index = index
    networks = ActorCriticWorkspace(model: model, rowsMax: rowsMax)
    head = HeadWorkspace(model: model, rowsMax: rowsMax)
    gradient = SliceBuffer(repeating: 0, count: model.parameters.count)
    lossGradients = LossGradients(
      logProbability: SliceBuffer(repeating: 0, count: rowsMax),
      entropy: SliceBuffer(repeating: 0, count: rowsMax))
    input = SliceBuffer(repeating: 0, count: rowsMax * model.observationWidth)
    actions = SliceBuffer(repeating: 0, count: rowsMax * model.actorWidth)
  }

  /// Clears the sums of the step before.
  func begin() {
    for index in 0..<gradient.count { gradient[index] = 0 }
    policyLoss = 0
    valueLoss = 0
    entropy = 0
  }

  /// Copies the samples at `places` of an order into ``input`` and ``actions``.
  func copySamples(_ rollout: Rollout, _ order: SliceBuffer<Int32>, _ places: Range<Int>) {
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
