public import Settings

extension LearnerConfiguration {
  /// Checks every setting, and what one asks of another.
  ///
  /// - Throws: ``SettingsError`` naming the first setting that is out of range.
  public func validate() throws(SettingsError) {
    try Self.settings.check(self)
    try require(
      environmentCount * ticksPerUpdate <= Self.samplesMax, "ticks_per_update", ticksPerUpdate,
      "no more than \(Self.samplesMax) samples with \(environmentCount) environments")
    try require(
      learningRateSchedule != .kl
        || (learningRateMin...learningRateMax).contains(learningRate), "learning_rate",
      learningRate, "learning_rate_min to learning_rate_max with learning_rate_schedule: kl")
    try require(
      optimiser != .kfac || (trunk == .separate && exploration == .free), "optimiser",
      optimiser.rawValue, "adam or rmsprop with a shared trunk or state-dependent exploration")
    try require(
      optimiser != .kfac || criticLearningRate > 0, "critic_learning_rate", criticLearningRate,
      "a number above 0 with kfac, whose learning_rate is a factor of the actor's step")
    try require(
      criticPasses == 1 || trunk == .separate, "critic_passes", criticPasses,
      "1 with a shared trunk")
    try require(
      clip > 0 || epochs * minibatches == 1, "clip", clip,
      "a number above 0 when a rollout is used for more than one gradient step")
  }

  private func require(
    _ holds: Bool, _ key: String, _ found: some Any, _ expected: String
  ) throws(SettingsError) {
    if !holds {
      throw SettingsError(setting: "learner.\(key)", found: found, expected: expected)
    }
  }

  private static let samplesMax = 1 << 24

  /// Every setting; a rule may rely on the settings before it.
  public static let settings: [Setting<LearnerConfiguration>] =
    rolloutSettings + networkSettings + advantageSettings + lossSettings + optimiserSettings
    + passSettings

  private static let rolloutSettings: [Setting<LearnerConfiguration>] = [
    Setting(
      "learner.environment_count", \.environmentCount, .from(1, to: 65_536),
      "environments that are stepped together"),
    Setting(
      "learner.ticks_per_update", \.ticksPerUpdate, .from(1, to: 65_536), unit: "ticks",
      "n-steps: ticks of each environment between two updates"),
  ]

  private static let networkSettings: [Setting<LearnerConfiguration>] = [
    Setting(
      "learner.hidden_widths", \.hiddenWidths, "1 to 7 widths of 1 to 1024",
      "widths of the hidden layers, of actor and critic alike"
    ) {
      (1...7).contains($0.hiddenWidths.count) && $0.hiddenWidths.allSatisfy((1...1024).contains)
    },
    Setting("learner.activation", \.activation, "activation function of the hidden layers"),
    Setting(
      "learner.trunk", \.trunk,
      "hidden layers of actor and critic: a network each, or one network with two heads"),
    Setting(
      "learner.exploration", \.exploration,
      "noise of continuous actions: one learned standard deviation per action, or a smooth "
        + "function of the state (gSDE)"),
    Setting(
      "learner.log_deviation_start", \.logDeviationStart, .from(-10, to: 2),
      "natural logarithm of the actions' standard deviation at the start"),
    Setting(
      "learner.log_deviation_min", \.logDeviationMin, "-10 to log_deviation_start",
      "floor under the logarithm of the standard deviation, so that exploration goes on"
    ) {
      (-10...$0.logDeviationStart).contains($0.logDeviationMin)
    },
  ]

  private static let advantageSettings: [Setting<LearnerConfiguration>] = [
    Setting(
      "learner.estimator", \.estimator,
      "advantage estimator: one-step TD error, n-step return, Monte Carlo return, or GAE"),
    Setting("learner.lambda", \.lambda, .from(0, to: 1), "factor λ of GAE"),
    Setting(
      "learner.discount", \.discount, .from(0, below: 1), "discount γ of the reward per tick"),
    Setting(
      "learner.baseline", \.baseline,
      "subtracts the critic's value from the returns; false with montecarlo is REINFORCE"),
    Setting(
      "learner.advantage_normalisation", \.advantageNormalisation,
      "brings the advantages of a rollout to mean 0 and standard deviation 1"),
    Setting(
      "learner.advantage_max", \.advantageMax, .from(0), unit: "standard deviations",
      "size to which normalised advantages are clipped; 0 clips none"),
    Setting(
      "learner.observation_normalisation", \.observationNormalisation,
      "brings observations to mean 0 and standard deviation 1 by running statistics"),
    Setting(
      "learner.return_normalisation", \.returnNormalisation,
      "divides rewards by the running standard deviation of the discounted return"),
  ]

  private static let lossSettings: [Setting<LearnerConfiguration>] = [
    Setting(
      "learner.privileged_critic", \.privilegedCritic,
      "lets a separate critic see privileged observations, where a task has them"),
    Setting(
      "learner.entropy_weight", \.entropyWeight, .from(0), "weight of the entropy in the loss"),
    Setting(
      "learner.value_weight", \.valueWeight, .from(0),
      "weight of the critic's error in the loss; it matters on a shared trunk, or with rmsprop"),
    Setting(
      "learner.gradient_norm_max", \.gradientNormMax, .above(0),
      "norm to which gradients are clipped, of actor and critic each; not of a kfac actor"),
  ]

  private static let optimiserSettings: [Setting<LearnerConfiguration>] = [
    Setting(
      "learner.optimiser", \.optimiser,
      "Adam, RMSprop, or the natural gradient (K-FAC) for the actor with Adam for the critic"),
    Setting(
      "learner.damping", \.damping, .above(0), "damping of the Fisher information, kfac alone"),
    Setting(
      "learner.momentum", \.momentum, .from(0, below: 1),
      "share of the old in the running mean of gradients, kfac alone"),
    Setting(
      "learner.learning_rate_schedule", \.learningRateSchedule,
      "learning rate over the training: constant, linear to 0, or steered to kl_target"),
    Setting(
      "learner.learning_rate", \.learningRate, .above(0),
      "learning rate at the start; with kfac a factor of the step, at best 1"),
    Setting(
      "learner.learning_rate_min", \.learningRateMin, "above 0",
      "smallest learning rate that steering may choose"
    ) {
      $0.learningRateSchedule != .kl || ($0.learningRateMin > 0 && $0.learningRateMin.isFinite)
    },
    Setting(
      "learner.learning_rate_max", \.learningRateMax, "learning_rate_min or more",
      "largest learning rate that steering may choose"
    ) {
      $0.learningRateSchedule != .kl
        || ($0.learningRateMax >= $0.learningRateMin && $0.learningRateMax.isFinite)
    },
    Setting(
      "learner.critic_learning_rate", \.criticLearningRate, .from(0),
      "learning rate of a separate critic at the start; 0 takes the actor's"),
    Setting(
      "learner.critic_passes", \.criticPasses, .from(1, to: 1_000),
      "passes of a separate critic over a rollout; those after the first step the critic alone"),
    Setting(
      "learner.critic_minibatches", \.criticMinibatches, "a divisor of ticks_per_update",
      "steps in a pass of the critic alone, each on a part of the rollout"
    ) {
      (1...$0.ticksPerUpdate).contains($0.criticMinibatches)
        && $0.ticksPerUpdate.isMultiple(of: $0.criticMinibatches)
    },
    Setting(
      "learner.kl_target", \.klTarget, .above(0), unit: "nats",
      "KL divergence of an update, to which the learning rate or the kfac step is set"),
    Setting(
      "learner.kl_final_share", \.klFinalShare, .from(0, to: 1),
      "share of kl_target that is left at the end; it falls linearly"),
    Setting(
      "learner.average_share", \.averageShare, .from(0, to: 1),
      "share of the training over which weights are averaged into the policy; 0 takes the last"),
  ]

  private static let passSettings: [Setting<LearnerConfiguration>] = [
    Setting("learner.epochs", \.epochs, .from(1, to: 1_000), "passes over a rollout per update"),
    Setting(
      "learner.minibatches", \.minibatches, "a divisor of environment_count × ticks_per_update",
      "gradient steps in a pass, each on samples drawn at random"
    ) {
      let sampleCount = $0.environmentCount * $0.ticksPerUpdate
      return (1...sampleCount).contains($0.minibatches)
        && sampleCount.isMultiple(of: $0.minibatches)
    },
    Setting(
      "learner.clip", \.clip, .from(0, below: 1),
      "PPO's ε: change of an action's probability at which its gradient is cut; 0 is A2C"),
  ]
}
