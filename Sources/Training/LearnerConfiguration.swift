/// Settings of A2C; the defaults are those with which the spider learns to walk.
public struct LearnerConfiguration: Sendable, Equatable, Codable {
  /// The most simulations.
  static let environmentsMax = 65_536
  /// The most ticks between two updates.
  static let ticksPerUpdateMax = 65_536

  /// Simulations that are stepped together.
  public var environmentCount = 64
  /// Ticks of each simulation between two updates.
  public var ticksPerUpdate = 16
  /// Widths of the hidden layers, of actor and critic alike.
  public var hiddenWidths = [64, 64]
  /// Discount γ of the reward per tick.
  public var discount: Float = 0.98
  /// λ of the advantage estimate.
  public var lambda: Float = 0.95
  /// Learning rate at the start.
  public var learningRate: Float = 1e-3
  /// Largest learning rate that the steering may choose.
  public var learningRateMax: Float = 3e-3
  /// Smallest learning rate that the steering may choose.
  public var learningRateMin: Float = 1e-5
  /// Divergence between the policies before and after an update, to which the rate is steered.
  ///
  /// In nats; it decays linearly to ``divergenceFinalShare`` of itself.
  public var divergenceTarget: Float = 0.006
  /// Share of ``divergenceTarget`` that is left at the end.
  public var divergenceFinalShare: Float = 0.2
  /// Weight of the entropy in the loss.
  public var entropyWeight: Float = 0
  /// Weight of the critic's error in the loss.
  public var valueWeight: Float = 0.5
  /// Largest norm of the gradient.
  public var gradientNormMax: Float = 0.5
  /// Natural logarithm of the deviation of the actions at the start.
  public var logDeviationStart: Float = -1.5

  /// The defaults.
  public init() {}

  /// - Throws: ``TrainingError`` naming the first setting that is out of range.
  public func validate() throws(TrainingError) {
    try validateRollout()
    try validateLoss()
    try validateSteps()
  }

  private func validateRollout() throws(TrainingError) {
    try require(
      (1...Self.environmentsMax).contains(environmentCount)
        && environmentCount % Trainer.sliceCount == 0, "environmentCount",
      "a multiple of \(Trainer.sliceCount) up to \(Self.environmentsMax)")
    try require(
      (1...Self.ticksPerUpdateMax).contains(ticksPerUpdate), "ticksPerUpdate",
      "1 to \(Self.ticksPerUpdateMax)")
    try require(
      (1...7).contains(hiddenWidths.count) && hiddenWidths.allSatisfy { (1...1024).contains($0) },
      "hiddenWidths", "1 to 7 widths of 1 to 1024")
    try require((-10...2).contains(logDeviationStart), "logDeviationStart", "from -10 to 2")
  }

  private func validateLoss() throws(TrainingError) {
    try require((0..<1).contains(discount), "discount", "from 0 to below 1")
    try require((0...1).contains(lambda), "lambda", "from 0 to 1")
    try require(
      entropyWeight >= 0 && entropyWeight.isFinite, "entropyWeight", "a number from 0")
    try require(valueWeight >= 0 && valueWeight.isFinite, "valueWeight", "a number from 0")
  }

  private func validateSteps() throws(TrainingError) {
    try require(
      learningRateMin > 0 && learningRateMin.isFinite, "learningRateMin", "a number above 0")
    try require(
      learningRateMax >= learningRateMin && learningRateMax.isFinite, "learningRateMax",
      "a number from learningRateMin")
    try require(
      learningRate >= learningRateMin && learningRate <= learningRateMax, "learningRate",
      "from learningRateMin to learningRateMax")
    try require(
      divergenceTarget > 0 && divergenceTarget.isFinite, "divergenceTarget", "a number above 0")
    try require((0...1).contains(divergenceFinalShare), "divergenceFinalShare", "from 0 to 1")
    try require(
      gradientNormMax > 0 && gradientNormMax.isFinite, "gradientNormMax", "a number above 0")
  }

  private func require(
    _ holds: Bool, _ name: String, _ expected: String
  ) throws(TrainingError) {
    if !holds { throw .settingOutOfRange(name: name, expected: expected) }
  }
}

/// Why training cannot begin or go on.
public enum TrainingError: Error, Equatable, Sendable {
  /// A setting has a value that makes no sense.
  case settingOutOfRange(name: String, expected: String)
  /// The numbers of the learner are no longer finite.
  case diverged(step: Int, term: String)
  /// A file of a run cannot be read or written.
  case file(path: String, reason: String)
  /// A checkpoint is damaged or of another version.
  case checkpointUnusable(path: String, reason: String)
  /// A frozen policy does not reproduce the trainer's actions.
  case freezeDisagrees(difference: Float)
}

extension TrainingError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .settingOutOfRange(let name, let expected): "setting \(name): expected \(expected)"
    case .diverged(let step, let term):
      "training: \(term) is no longer a finite number at step \(step); the last checkpoint is "
        + "untouched; lower the learning rate or the divergence target"
    case .file(let path, let reason): "\(path): \(reason)"
    case .checkpointUnusable(let path, let reason):
      "checkpoint \(path): \(reason); train again, or name another run"
    case .freezeDisagrees(let difference):
      "freezing: the frozen actor's actions differ by \(difference) from the trainer's; "
        + "nothing was written"
    }
  }
}
