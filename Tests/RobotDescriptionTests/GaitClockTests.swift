import Foundation
import RobotDescription
import Testing

struct GaitClockTests {
  @Test(arguments: [1, 2, 3, 7, 32, 50, 1_000] as [UInt16])
  func init_everyTickOfAPeriod_isTheSineAndCosine(periodTicks: UInt16) {
    #expect(Self.errorMax(periodTicks: periodTicks, everyTicks: 1) < 2e-7)
  }

  @Test func init_longestPeriod_isTheSineAndCosine() {
    #expect(Self.errorMax(periodTicks: .max, everyTicks: 7) < 2e-7)
  }

  private static func errorMax(periodTicks: UInt16, everyTicks: Int) -> Double {
    var errorMax = 0.0
    for tick in stride(from: 0, to: UInt32(periodTicks), by: everyTicks) {
      let clock = GaitClock(tick: tick, periodTicks: periodTicks)
      let angle = 2 * Double.pi * Double(tick) / Double(periodTicks)
      errorMax = max(errorMax, abs(Double(clock.sine) - sin(angle)))
      errorMax = max(errorMax, abs(Double(clock.cosine) - cos(angle)))
    }
    return errorMax
  }

  @Test func init_quarterTurns_areExact() {
    let clocks = (0..<5).map { GaitClock(tick: UInt32($0), periodTicks: 4) }
    #expect(clocks.map(\.sine) == [0, 1, 0, -1, 0])
    #expect(clocks.map(\.cosine) == [1, 0, -1, 0, 1])
  }

  @Test func init_laterPeriods_areTheSame() {
    for tick: UInt32 in 0..<30 {
      let clock = GaitClock(tick: tick, periodTicks: 30)
      #expect(GaitClock(tick: tick + 30_000_000, periodTicks: 30) == clock)
    }
  }
}
