import Settings
import Testing

@testable import Training

@Suite struct LearnerConfigurationTests {
  private static func refusedSetting(
    _ change: (inout LearnerConfiguration) -> Void
  ) -> String? {
    var configuration = LearnerConfiguration()
    change(&configuration)
    do throws(SettingsError) {
      try configuration.validate()
      return nil
    } catch {
      return error.subject.replacing("learner.", with: "")
    }
  }

  @Test func validate_defaults_areTaken() {
    #expect(Self.refusedSetting { _ in } == nil)
  }

  @Test(arguments: [0, -8, 1 << 20])
  func validate_environmentCount_isRefused(count: Int) {
    #expect(Self.refusedSetting { $0.environmentCount = count } == "environment_count")
  }

  @Test(arguments: [0, -1, Int.max]) func validate_ticksPerUpdate_isRefused(count: Int) {
    #expect(Self.refusedSetting { $0.ticksPerUpdate = count } == "ticks_per_update")
  }

  @Test(arguments: [[], [0], [64, -1], [1025], [1, 1, 1, 1, 1, 1, 1, 1]])
  func validate_hiddenWidths_areRefused(widths: [Int]) {
    #expect(Self.refusedSetting { $0.hiddenWidths = widths } == "hidden_widths")
  }

  @Test func validate_anyNumberOutOfRange_isRefusedByItsName() {
    let settings: [(String, WritableKeyPath<LearnerConfiguration, Float>, [Float])] = [
      ("discount", \.discount, [-0.1, 1, .nan]),
      ("log_deviation_min", \.logDeviationMin, [-11, -1, .nan]),
      ("lambda", \.lambda, [-0.1, 1.1, .nan]),
      ("learning_rate", \.learningRate, [0, -1, 1e-6, 1, .nan]),
      ("learning_rate_min", \.learningRateMin, [0, -1, .infinity, .nan]),
      ("learning_rate_max", \.learningRateMax, [0, 1e-6, .infinity, .nan]),
      ("kl_target", \.klTarget, [0, -1, .infinity, .nan]),
      ("kl_final_share", \.klFinalShare, [-0.1, 1.1, .nan]),
      ("average_share", \.averageShare, [-0.1, 1.1, .nan]),
      ("advantage_max", \.advantageMax, [-0.1, .infinity, .nan]),
      ("entropy_weight", \.entropyWeight, [-0.1, .infinity, .nan]),
      ("value_weight", \.valueWeight, [-0.1, .infinity, .nan]),
      ("gradient_norm_max", \.gradientNormMax, [0, -1, .infinity, .nan]),
      ("log_deviation_start", \.logDeviationStart, [-11, 3, .infinity, .nan]),
      ("clip", \.clip, [-0.1, 1, .infinity, .nan]),
      ("critic_learning_rate", \.criticLearningRate, [-1, .infinity, .nan]),
      ("damping", \.damping, [0, -1, .infinity, .nan]),
      ("momentum", \.momentum, [-0.1, 1, .nan]),
    ]
    for (name, setting, values) in settings {
      for value in values {
        #expect(Self.refusedSetting { $0[keyPath: setting] = value } == name, "\(value)")
      }
    }
  }

  @Test(arguments: [1, 7, 12, 13]) func validate_anyEnvironmentCount_isTaken(count: Int) {
    #expect(Self.refusedSetting { $0.environmentCount = count } == nil)
  }

  @Test(arguments: [0, -1, 1_001, Int.max]) func validate_epochs_areRefused(count: Int) {
    #expect(Self.refusedSetting { $0.epochs = count } == "epochs")
  }

  /// Of 64 × 16 samples.
  @Test(arguments: [0, -1, 3, 2_048, Int.max]) func validate_minibatches_areRefused(count: Int) {
    #expect(Self.refusedSetting { $0.minibatches = count } == "minibatches")
  }

  @Test(arguments: [(2, 1), (1, 2), (4, 4)])
  func validate_rolloutUsedMoreThanOnce_needsAClip(epochs: Int, minibatches: Int) {
    for (clip, expected) in [(0, "clip"), (0.2, nil)] as [(Float, String?)] {
      let refused = Self.refusedSetting {
        $0.epochs = epochs
        $0.minibatches = minibatches
        $0.clip = clip
      }
      #expect(refused == expected)
    }
  }

  @Test func validate_naturalGradient_needsARateForTheCritic() {
    #expect(Self.refusedSetting { $0.optimiser = .kfac } == "critic_learning_rate")
  }

  @Test(arguments: [LearningRateSchedule.constant, .linear])
  func validate_rateNotSteered_hasNoBounds(schedule: LearningRateSchedule) {
    let refused = Self.refusedSetting {
      $0.learningRateSchedule = schedule
      $0.learningRate = 1e-6
      $0.learningRateMin = 1e-5
      $0.learningRateMax = 1e-7
    }
    #expect(refused == nil)
  }

  @Test(arguments: [0, -1, 1_001, Int.max]) func validate_criticPasses_areRefused(count: Int) {
    #expect(Self.refusedSetting { $0.criticPasses = count } == "critic_passes")
  }

  @Test(arguments: [0, -1, 3, 32]) func validate_criticMinibatches_areRefused(count: Int) {
    #expect(Self.refusedSetting { $0.criticMinibatches = count } == "critic_minibatches")
  }

  @Test func validate_criticPasses_needASeparateCritic() {
    let refused = Self.refusedSetting {
      $0.trunk = .shared
      $0.criticPasses = 2
    }
    #expect(refused == "critic_passes")
  }

  @Test func validate_naturalGradient_takesFreeDeviationsOfASeparateActorAlone() {
    #expect(
      Self.refusedSetting {
        $0.optimiser = .kfac
        $0.criticLearningRate = 1e-3
      } == nil)
    let changes: [(inout LearnerConfiguration) -> Void] = [
      { $0.trunk = .shared }, { $0.exploration = .stateDependent },
    ]
    for change in changes {
      let refused = Self.refusedSetting {
        $0.optimiser = .kfac
        change(&$0)
      }
      #expect(refused == "optimiser")
    }
  }

  @Test func trainer_badSetting_throwsBeforeAnythingIsMade() {
    #expect(
      throws: SettingsError(setting: "learner.lambda", found: "2.0", expected: "0 to 1")
    ) {
      _ = try Spider.trainer { $0.lambda = 2 }
    }
  }
}
