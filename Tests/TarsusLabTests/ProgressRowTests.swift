import Testing

@testable import tarsus_lab

@Suite struct ProgressRowTests {
  @Test func init_rewardTerms_areColumnsAndTagsOfTheirSettings() throws {
    let row = ProgressRow(
      ProgressWindow(), seconds: 1, stepsPerSecond: 2, rewardTerms: ["alive", "footSlip"])
    #expect(row.header.hasSuffix(",evaluation_length,reward_alive,reward_foot_slip"))
    #expect(row.columns.suffix(2).map(\.tag) == ["reward/alive", "reward/foot_slip"])
    // No episode was done: there is no mean.
    #expect(row.text.hasSuffix(",,"))
    #expect(
      row.text.split(separator: ",", omittingEmptySubsequences: false).count
        == row.header.split(separator: ",").count)
  }
}
