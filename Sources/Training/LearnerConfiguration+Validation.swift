extension LearnerConfiguration {
  /// The most simulations.
  static let environmentsMax = 65_536
  /// The most ticks between two updates.
  static let ticksPerUpdateMax = 65_536
  /// The most ticks of all simulations between two updates.
  static let samplesMax = 1 << 24
  /// The most passes over a rollout.
  static let epochsMax = 1_000

  /// - Throws: ``TrainingError`` naming the first setting that is out of range.
  public func validate() throws(TrainingError) {
    try validateRollout()
    try validateLoss()
    try validateSteps()
    try validatePasses()
  }

  private func validateRollout() throws(TrainingError) {
    try require(
      (1...Self.environmentsMax).contains(environmentCount), "environmentCount", environmentCount,
      "1 to \(Self.environmentsMax)")
    try require(
      (1...Self.ticksPerUpdateMax).contains(ticksPerUpdate), "ticksPerUpdate", ticksPerUpdate,
      "1 to \(Self.ticksPerUpdateMax)")
    try require(
      environmentCount * ticksPerUpdate <= Self.samplesMax, "ticksPerUpdate", ticksPerUpdate,
      "no more than \(Self.samplesMax) samples with \(environmentCount) simulations")
    try require(
      (1...7).contains(hiddenWidths.count) && hiddenWidths.allSatisfy { (1...1024).contains($0) },
      "hiddenWidths", hiddenWidths, "1 to 7 widths of 1 to 1024")
    try require(
      (-10...2).contains(logDeviationStart), "logDeviationStart", logDeviationStart, "from -10 to 2"
    )
    try require(
      (-10...logDeviationStart).contains(logDeviationMin), "logDeviationMin", logDeviationMin,
      "from -10 to log_deviation_start")
  }

  private func validateLoss() throws(TrainingError) {
    try require((0..<1).contains(discount), "discount", discount, "from 0 to below 1")
    try require(
      advantageMax >= 0 && advantageMax.isFinite, "advantageMax", advantageMax, "a number from 0")
    try require((0...1).contains(lambda), "lambda", lambda, "from 0 to 1")
    try require(
      entropyWeight >= 0 && entropyWeight.isFinite, "entropyWeight", entropyWeight,
      "a number from 0")
    try require(
      valueWeight >= 0 && valueWeight.isFinite, "valueWeight", valueWeight, "a number from 0")
  }

  private func validateSteps() throws(TrainingError) {
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a number above 0")
    if learningRateSchedule == .kl { try validateSteering() }
    try require(
      criticLearningRate >= 0 && criticLearningRate.isFinite, "criticLearningRate",
      criticLearningRate,
      "a number from 0")
    try require(
      klTarget > 0 && klTarget.isFinite, "klTarget", klTarget, "a number above 0")
    try require((0...1).contains(klFinalShare), "klFinalShare", klFinalShare, "from 0 to 1")
    try require((0...1).contains(averageShare), "averageShare", averageShare, "from 0 to 1")
    try require(damping > 0 && damping.isFinite, "damping", damping, "a number above 0")
    try require((0..<1).contains(momentum), "momentum", momentum, "from 0 to below 1")
    try require(
      optimiser != .kfac || (trunk == .separate && exploration == .free), "optimiser", optimiser,
      "adam or rmsprop with a shared trunk or state-dependent exploration")
    try require(
      optimiser != .kfac || criticLearningRate > 0, "criticLearningRate", criticLearningRate,
      "a number above 0 with kfac, whose learning_rate is a factor of the actor's step")
    try require(
      gradientNormMax > 0 && gradientNormMax.isFinite, "gradientNormMax", gradientNormMax,
      "a number above 0")
  }

  private func validateSteering() throws(TrainingError) {
    try require(
      learningRateMin > 0 && learningRateMin.isFinite, "learningRateMin", learningRateMin,
      "a number above 0")
    try require(
      learningRateMax >= learningRateMin && learningRateMax.isFinite, "learningRateMax",
      learningRateMax,
      "a number from learning_rate_min")
    try require(
      learningRate >= learningRateMin && learningRate <= learningRateMax, "learningRate",
      learningRate,
      "from learning_rate_min to learning_rate_max")
  }

  private func validatePasses() throws(TrainingError) {
    let sampleCount = environmentCount * ticksPerUpdate
    try require((1...Self.epochsMax).contains(epochs), "epochs", epochs, "1 to \(Self.epochsMax)")
    try require(
      (1...sampleCount).contains(minibatches) && sampleCount % minibatches == 0, "minibatches",
      minibatches,
      "a divisor of environment_count × ticks_per_update, \(sampleCount)")
    try require(
      (1...Self.epochsMax).contains(criticPasses), "criticPasses", criticPasses,
      "1 to \(Self.epochsMax)")
    try require(
      (1...ticksPerUpdate).contains(criticMinibatches)
        && ticksPerUpdate % criticMinibatches == 0, "criticMinibatches", criticMinibatches,
      "a divisor of ticks_per_update, \(ticksPerUpdate)")
    try require(
      criticPasses == 1 || trunk == .separate, "criticPasses", criticPasses, "1 with a shared trunk"
    )
    try require((0..<1).contains(clip), "clip", clip, "from 0 to below 1")
    try require(
      clip > 0 || epochs * minibatches == 1, "clip", clip,
      "a number above 0 when a rollout is used for more than one gradient step")
  }

  private func require(
    _ holds: Bool, _ name: String, _ found: Any, _ expected: String
  ) throws(TrainingError) {
    if !holds { throw .settingOutOfRange(name: name, found: "\(found)", expected: expected) }
  }
}
