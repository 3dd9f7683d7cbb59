import Testing

@testable import tarsus_lab

@Suite struct ProgressTableTests {
  private static let text = "steps,return\n100,1\n200,2\n300,3\n"

  @Test func rows_upToAStep_areKept() {
    #expect(ProgressTable.rows(of: Self.text, upTo: 200) == "steps,return\n100,1\n200,2\n")
  }

  @Test func rows_ofANewTraining_areNone() {
    #expect(ProgressTable.rows(of: Self.text, upTo: 0).isEmpty)
  }

  @Test func rows_lastOneCutShort_isLeftOut() {
    let cut = String(Self.text.dropLast(3))
    #expect(ProgressTable.rows(of: cut, upTo: 1_000) == "steps,return\n100,1\n200,2\n")
  }

  @Test func rows_ofNothing_areNone() {
    #expect(ProgressTable.rows(of: "", upTo: 100).isEmpty)
  }
}
