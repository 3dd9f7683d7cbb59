import Testing

@testable import tarsus_lab

@Suite struct ProgressBarTests {
  private static let text = "1234 s left · 1200000 steps · 41000/s · return 12.5 · length 600"

  @Test func line_80Columns_hasBarAndSecondsLeft() {
    let line = ProgressBar.line(Self.text, share: 0.5, columns: 79)
    #expect(line.hasPrefix("██████████░░░░░░░░░░ 1234 s left · 1200000 steps · 41000/s"))
    #expect(line.count == 79)
  }

  @Test(arguments: 1...200) func line_anyColumns_fitsAndBeginsWithWhatHasRoom(columns: Int) {
    let line = ProgressBar.line(Self.text, share: 0.5, columns: columns)
    #expect(line.count <= columns)
    #expect(columns < 12 || line.contains("1234 s left"))
  }

  @Test(arguments: [(-1, 0), (0, 0), (0.999, 19), (1, 20), (2, 20)] as [(Double, Int)])
  func line_share_fillsTheBar(share: Double, full: Int) {
    let line = ProgressBar.line(Self.text, share: share, columns: 100)
    #expect(line.count { $0 == "█" } == full)
  }
}
