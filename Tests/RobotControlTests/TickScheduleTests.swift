import RobotControl
import Testing

@Suite struct TickScheduleTests {
  /// Ticks that are due at 1000, 1100, 1200 and so on.
  private static func schedule() -> TickSchedule {
    TickSchedule(periodNanoseconds: 100, startNanoseconds: 1_000)
  }

  @Test func end_inTime_nextDeadlineIsOnePeriodOn() {
    var schedule = Self.schedule()
    let skipped = schedule.end(at: 1_040)
    #expect(skipped == 0)
    #expect(schedule.deadlineNanoseconds == 1_100)
  }

  @Test func end_lateTicks_deadlinesStayOnTheGrid() {
    var schedule = Self.schedule()
    for tick in 0..<1_000 {
      // Each tick begins late and ends later, never a whole period.
      schedule.begin(at: schedule.deadlineNanoseconds + UInt64(tick * 7 % 50))
      schedule.end(at: schedule.deadlineNanoseconds + 60 + UInt64(tick * 7 % 40))
    }
    #expect(schedule.deadlineNanoseconds == 1_000 + 1_000 * 100)
    #expect(schedule.missedDeadlines == 0)
  }

  @Test func end_exactlyAtTheNextDeadline_skipsNothing() {
    var schedule = Self.schedule()
    #expect(schedule.end(at: 1_100) == 0)
    #expect(schedule.deadlineNanoseconds == 1_100)
  }

  @Test func end_aNanosecondAfterTheNextDeadline_skipsIt() {
    var schedule = Self.schedule()
    #expect(schedule.end(at: 1_101) == 1)
    #expect(schedule.deadlineNanoseconds == 1_200)
    #expect(schedule.missedDeadlines == 1)
  }

  @Test(arguments: [
    (UInt64(1_150), UInt64(1), UInt64(1_200)), (1_200, 1, 1_200), (1_201, 2, 1_300),
    (1_999, 9, 2_000), (2_000, 9, 2_000), (51_234, 502, 51_300),
  ])
  func end_overrun_skipsWholePeriodsAndCounts(
    _ end: UInt64, _ skipped: UInt64, _ next: UInt64
  ) {
    var schedule = Self.schedule()
    #expect(schedule.end(at: end) == skipped)
    #expect(schedule.deadlineNanoseconds == next)
    #expect(schedule.missedDeadlines == skipped)
  }

  @Test func end_afterAnOverrun_catchesNothingUp() {
    var schedule = Self.schedule()
    schedule.end(at: 1_555)
    let afterOverrun = schedule.deadlineNanoseconds
    schedule.end(at: 1_610)
    #expect(afterOverrun == 1_600)
    #expect(schedule.deadlineNanoseconds == 1_700)
    #expect(schedule.missedDeadlines == 5)
  }

  @Test func begin_late_recordsTheLateness() {
    var schedule = Self.schedule()
    schedule.begin(at: 1_007)
    #expect(schedule.lateness.maxNanoseconds == 7)
    #expect(schedule.lateness.total == 1)
  }

  @Test func begin_early_recordsNoLateness() {
    var schedule = Self.schedule()
    schedule.begin(at: 990)
    #expect(schedule.lateness.maxNanoseconds == 0)
    #expect(schedule.lateness.total == 1)
  }
}
