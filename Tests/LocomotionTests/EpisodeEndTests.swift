import ParallelArrays
import Physics
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct EpisodeEndTests {
  @Test func observe_bodyOnItsBack_isAFall() throws {
    let environments = try Spider.environments(try Spider.task(), count: 2)
    environments.roll(.pi, of: 1)
    environments.observe(in: 0..<2)
    #expect(environments.outcomes.elements == [.running, .terminated])
  }

  @Test(arguments: [(0.01, EpisodeOutcome.running), (-0.01, .terminated)])
  func observe_tiltAroundTheBound_fallsBeyondIt(
    margin: Double, outcome: EpisodeOutcome
  ) throws {
    let task = try Spider.task { $0.uprightMin = 0.5 }
    let environments = try Spider.environments(task)
    // The cosine of 60° is a half.
    environments.roll(.pi / 3 - margin, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == outcome)
  }

  @Test(arguments: [(0.001, EpisodeOutcome.running), (-0.001, .terminated)])
  func observe_heightAroundTheBound_fallsBelowIt(
    margin: Double, outcome: EpisodeOutcome
  ) throws {
    let task = try Spider.task { $0.heightMinMetres = 0.04 }
    let environments = try Spider.environments(task)
    environments.setPosition(2, to: 0.04 + margin, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == outcome)
  }

  @Test func observe_positionNotANumber_isAFall() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.setPosition(2, to: .nan, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .terminated)
  }

  @Test func observe_fall_beginsANewEpisodeUpright() throws {
    let environments = try Spider.environments(try Spider.task())
    let start = environments.observation(of: 0)
    environments.roll(.pi, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.observation(of: 0) == start)
    #expect(environments.batch.axes(of: 0).up.z == 1)
  }

  @Test func observe_fall_finalObservationIsThatOfTheFallenBody() throws {
    let environments = try Spider.environments(try Spider.task())
    environments.roll(.pi, of: 0)
    environments.observe(in: 0..<1)
    // Gravity comes after the three numbers of the gyro.
    let gravity = environments.finalObservation(of: 0)[3..<6]
    #expect(zip(gravity, [0, 0, 1]).allSatisfy { abs($0.0 - $0.1) < 1e-6 })
  }

  @Test func observe_lastTick_isTruncatedAndNotBefore() throws {
    let environments = try Spider.environments(try Spider.task { $0.episodeTicksMax = 3 })
    try environments.stand(ticks: 2)
    #expect(environments.outcomes[0] == .running)
    try environments.stand(ticks: 1)
    #expect(environments.outcomes[0] == .truncated)
    try environments.stand(ticks: 2)
    #expect(environments.outcomes[0] == .running)
  }

  @Test func observe_truncated_finalObservationIsThatOfAnEpisodeGoingOn() throws {
    let change: (inout TaskConfiguration) -> Void = { $0.startAngleNoiseRadians = 0.1 }
    let cut = try Spider.environments(
      try Spider.task {
        change(&$0)
        $0.episodeTicksMax = 4
      }, count: 3)
    let uncut = try Spider.environments(try Spider.task(change), count: 3)
    try cut.stand(ticks: 4)
    try uncut.stand(ticks: 4)
    #expect(cut.finalObservations.elements == uncut.observations.elements)
  }

  @Test func observe_truncatedWithHistory_finalObservationHoldsThePastOfItsEpisode() throws {
    var task = try Spider.task { $0.startAngleNoiseRadians = 0.1 }
    var cutTask = try Spider.task {
      $0.startAngleNoiseRadians = 0.1
      $0.episodeTicksMax = 4
    }
    var layout = ObservationLayout(jointCount: Spider.jointCount, historyCount: 3)
    layout.append(.jointAngles, scale: 1)
    task.observation = layout
    cutTask.observation = layout
    let cut = try Spider.environments(cutTask)
    let uncut = try Spider.environments(task)
    try cut.stand(ticks: 4)
    try uncut.stand(ticks: 4)
    #expect(cut.finalObservation(of: 0) == uncut.observation(of: 0))
  }

  @Test func observe_truncated_observationIsTheFirstOfTheNewEpisode() throws {
    let environments = try Spider.environments(try Spider.task { $0.episodeTicksMax = 4 })
    let start = environments.observation(of: 0)
    try environments.stand(ticks: 4)
    #expect(environments.observation(of: 0) == start)
    #expect(environments.finalObservation(of: 0) != start)
  }

  @Test func observe_fallOnTheLastTick_isTerminatedAndNotTruncated() throws {
    let environments = try Spider.environments(try Spider.task { $0.episodeTicksMax = 1 })
    environments.roll(.pi, of: 0)
    environments.observe(in: 0..<1)
    #expect(environments.outcomes[0] == .terminated)
  }

  @Test func observe_newEpisode_targetsAreTheStandingPoseAgain() throws {
    let environments = try Spider.environments(try Spider.task { $0.episodeTicksMax = 2 })
    let actions = SliceBuffer<Float>(repeating: 1, count: Spider.jointCount)
    try environments.tick(actions)
    #expect(environments.episodes[0].targets[0] != 0)
    try environments.tick(actions)
    #expect(environments.episodes[0].targets[0] == 0)
  }

  @Test func takeEpisodes_fallsAndTruncations_countsLengthAndReward() throws {
    let task = try Spider.task { $0.episodeTicksMax = 3 }
    let environments = try Spider.environments(task, count: 2)
    var reward = 0.0
    for tick in 0..<3 {
      if tick == 1 { environments.roll(.pi, of: 1) }
      environments.observe(in: 0..<2)
      if tick < 2 || environments.outcomes[1] != .running {
        reward += Double(environments.rewards[1])
      }
      reward += Double(environments.rewards[0])
    }
    let tally = environments.takeEpisodes()
    #expect(tally.count == 2)
    #expect(tally.falls == 1)
    #expect(tally.ticks == 3 + 2)
    #expect(abs(tally.reward - reward) < 1e-5)
    #expect(environments.takeEpisodes() == EpisodeTally())
  }

  @Test func init_staggered_firstEpisodesAreCutByDifferentAmounts() throws {
    let task = try Spider.task { $0.episodeTicksMax = 8 }
    let environments = try Spider.environments(task, count: 4, isTraining: true)
    var ends = [Int](repeating: 0, count: 4)
    for tick in 1...8 {
      try environments.stand(ticks: 1)
      for index in 0..<4 where environments.outcomes[index] == .truncated { ends[index] = tick }
    }
    #expect(ends == [8, 6, 4, 2])
  }
}
