import ParallelArrays
import Physics
import Testing

@testable import Locomotion

/// The privileged part of observations.
@Suite struct PrivilegedTests {
  @Test func privileged_standingSpider_hasHeightAndFeetAndNoSpeed() throws {
    let environments = try Spider.environments(Spider.task { $0.startAngleNoiseRadians = 0 })
    try environments.stand(ticks: 40)
    let seen = environments.privileged(of: 0)
    #expect(seen.count == environments.privilegedWidth)
    #expect(seen[..<6].allSatisfy { abs($0) < 0.02 })
    #expect(seen[6] == Float(environments.batch.position(of: 0).z))
    #expect(Array(seen[7...]) == [1, 1, 1, 1])
  }

  @Test func privileged_thrownSpider_hasItsSpeed() throws {
    let environments = try Spider.environments(Spider.task { $0.startAngleNoiseRadians = 0 })
    try environments.stand(ticks: 40)
    environments.setVelocity(0, to: 0.8, of: 0)
    environments.setVelocity(2, to: 1, of: 0)
    try environments.stand(ticks: 1)
    let seen = environments.privileged(of: 0)
    let velocity = environments.batch.velocity(of: 0)
    #expect(velocity.x > 0.3 && velocity.z > 0.3)
    #expect(abs(Double(seen[3]) - velocity.x) < 0.02 && seen[5] == Float(velocity.z))
    #expect(Array(seen[7...]) == [0, 0, 0, 0])
  }

  @Test func privileged_newEpisode_hasNothingOfTheOld() throws {
    let environments = try Spider.environments(Spider.task { $0.episodeTicksMax = 3 })
    environments.setVelocity(0, to: 2, of: 0)
    try environments.stand(ticks: 3)
    #expect(environments.outcomes[0] == .truncated)
    #expect(environments.privileged(of: 0)[..<6].allSatisfy { $0 == 0 })
  }
}
