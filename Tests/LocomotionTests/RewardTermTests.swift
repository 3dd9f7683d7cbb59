import Foundation
import ParallelArrays
import Testing

@testable import Locomotion

@Suite struct RewardTermTests {
  @Test func groups_everyWeightOfTheSettings_hasOneTerm() throws {
    let data = try JSONEncoder().encode(RewardWeights())
    let settings = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Double])
    let terms = RewardTerm.groups.flatMap { $0 }
    #expect(terms.map(\.name).sorted() == settings.keys.sorted())
    var weights = RewardWeights()
    for (index, term) in terms.enumerated() {
      let path = try #require(term.weight as? WritableKeyPath<RewardWeights, Float>)
      weights[keyPath: path] = Float(index + 1)
    }
    let changed = try JSONDecoder().decode(
      [String: Float].self, from: try JSONEncoder().encode(weights))
    for (index, term) in terms.enumerated() { #expect(changed[term.name] == Float(index + 1)) }
  }

  @Test func active_weightsOfZero_areLeftOutAndTheLastOfAGroupEndsIt() {
    var weights = RewardWeights()
    weights.bounce = 0
    weights.gaitContact = 0.5
    weights.airTime = 2
    let active = RewardTerm.active(weights)
    #expect(
      active.map(\.name) == [
        "alive", "velocity", "turning", "tilt", "targetChange", "jointRate", "gaitContact",
        "airTime",
      ])
    #expect(active.map(\.endsGroup) == [true, false, true, true, true, true, true, true])
    #expect(active.map(\.isEvent) == [false, false, false, false, false, false, false, true])
    var task = TaskConfiguration()
    task.reward = weights
    #expect(task.reward.airTime == 2)
  }

  @Test func rewardTerms_ofEpisodes_addUpToTheirReward() throws {
    let task = try Spider.task {
      $0.episodeTicksMax = 12
      $0.startAngleNoiseRadians = 0.1
      $0.reward.footSlip = -1
      $0.reward.airTime = 1
    }
    let environments = try Spider.environments(task, count: 4)
    _ = try Trace(environments, ticks: 24)
    let tally = environments.takeEpisodes()
    let names = TrainingTask.legged(task).rewardTerms.map(\.name)
    #expect(tally.count == 8)
    #expect(tally.rewardTerms.count == names.count)
    #expect(abs(tally.rewardTerms.reduce(0, +) - tally.reward) < 1e-4)
    // Every tick pays half a unit per second for being up.
    #expect(names[0] == "alive")
    #expect(abs(tally.rewardTerms[0] - Double(tally.ticks) * 0.02 * 0.5) < 1e-5)
    #expect(environments.takeEpisodes().rewardTerms.allSatisfy { $0 == 0 })
  }

  @Test func rewardTerms_publishedTask_areNone() throws {
    #expect(TrainingTask.cartPole.rewardTerms.isEmpty)
    let environments = CartPoleEnvironments(count: 1, seed: 1, isTraining: false)
    _ = try Trace(environments, ticks: 100)
    let tally = environments.takeEpisodes()
    #expect(tally.count > 0 && tally.rewardTerms.isEmpty)
  }
}
