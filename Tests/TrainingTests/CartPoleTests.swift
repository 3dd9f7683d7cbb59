import Locomotion
import Testing

@testable import Training

#if !DEBUG  // Unoptimised arithmetic takes minutes.
  /// The discrete task, from nothing to solved.
  @Suite struct CartPoleTests {
    @Test(arguments: [0, 1] as [UInt64])
    func train_cartPole_isSolvedIn200000Steps(seed: UInt64) throws {
      var configuration = LearnerConfiguration()
      configuration.environmentCount = 16
      configuration.discount = 0.99
      configuration.klTarget = 0.004
      let trainer = try Trainer(
        task: .cartPole, configuration: configuration, seed: seed, stepsMax: 200_000,
        threadCount: 1)
      while trainer.steps < trainer.stepsMax { _ = try trainer.update() }
      // Solved is a mean of 475 over 100 episodes.
      #expect(try trainer.evaluate(episodes: 100, seed: 1_000).returnMean >= 475)
    }
  }
#endif
