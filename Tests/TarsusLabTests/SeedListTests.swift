import Testing

@testable import tarsus_lab

@Suite struct SeedListTests {
  @Test(
    arguments: [
      ("0-4", [0, 1, 2, 3, 4]), ("7", [7]), ("0,3,7", [0, 3, 7]), ("1-2,9", [1, 2, 9]),
    ] as [(String, [UInt64])])
  func init_seeds_areListed(text: String, seeds: [UInt64]) {
    #expect(SeedList(argument: text)?.seeds == seeds)
  }

  @Test(arguments: ["", "a", "4-0", "1,1", "0-2,1", "1-", "-1", "0-99999", "1,,2", "1-2-3"])
  func init_noSeeds_isNone(text: String) {
    #expect(SeedList(argument: text) == nil)
  }
}
