import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

/// Numbers that are not finite, or have exploded, stop a training, wherever they began.
@Suite struct DivergenceTests {
  /// The term that an update names, which is to throw.
  private static func term(
    _ trainer: Trainer, sourceLocation: SourceLocation = #_sourceLocation
  ) -> String? {
    let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) {
      _ = try trainer.update()
    }
    guard case .diverged(step: trainer.steps, let term)? = error else {
      Issue.record("found \(String(describing: error))", sourceLocation: sourceLocation)
      return nil
    }
    return term
  }

  /// A fault in a trainer, and the terms that may name it.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let terms: Set<String>
    var settings: @Sendable (inout LearnerConfiguration) -> Void = { _ in }
    let spoil: @Sendable (Trainer) -> Void

    static let all =
      [Float.nan, .infinity, 1e30].flatMap { number in
        [
          Fault(
            testDescription: "actor \(number)",
            terms: ["the policy's loss", "a weight of the networks"]
          ) {
            let actor = $0.model.actor
            $0.model.parameters[actor.biases(actor.layerCount - 1)] = number
          },
          Fault(testDescription: "critic \(number)", terms: ["the critic's loss"]) {
            let critic = $0.model.parameters.count - 1
            $0.model.parameters[critic] = number
          },
          Fault(
            testDescription: "value on a shared trunk \(number)",
            terms: ["the critic's loss"], settings: { $0.trunk = .shared }
          ) { $0.model.parameters[$0.model.actor.end - 1] = number },
        ]
      } + [
        Fault(testDescription: "values of a million", terms: ["the critic's loss"]) {
          $0.model.parameters[$0.model.parameters.count - 1] = 1e6
        },
        Fault(
          testDescription: "standard deviation exploding",
          terms: ["the standard deviation of the actions"]
        ) {
          $0.model.parameters[$0.model.logStandardDeviations.lowerBound] = 25
        },
        Fault(testDescription: "standard deviation infinite", terms: ["the policy's loss"]) {
          $0.model.parameters[$0.model.logStandardDeviations.lowerBound] = .infinity
        },
        Fault(
          testDescription: "state-dependent standard deviation not a number",
          terms: ["the policy's loss"],
          settings: { $0.exploration = .stateDependent }
        ) { $0.model.parameters[$0.model.logStandardDeviations.lowerBound] = .nan },
        Fault(testDescription: "observation not a number", terms: ["the critic's loss"]) {
          $0.environments.observations[5] = .nan
        },
        Fault(
          testDescription: "observation not a number, PPO", terms: ["the critic's loss"],
          settings: {
            $0.clip = 0.2
            $0.epochs = 2
            $0.minibatches = 2
          }
        ) { $0.environments.observations[5] = .nan },
      ]
  }

  @Test(arguments: Fault.all) func update_fault_throwsDivergedWithItsTerm(fault: Fault) throws {
    let trainer = try Spider.trainer(fault.settings)
    fault.spoil(trainer)
    let term = try #require(Self.term(trainer))
    #expect(fault.terms.contains(term), "found \(term)")
  }
}
