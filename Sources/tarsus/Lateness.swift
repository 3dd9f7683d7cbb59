internal import CRealtime
internal import RobotControl

/// Wakes up at a rate for a while, on the schedule of a run, until a signal stops it.
///
/// - Returns: By how much each time was late, in microseconds.
func measureLateness(rateHertz: Double, seconds: Double) -> [Double] {
  let period = UInt64(1e9 / rateHertz)
  var late = [Double](repeating: 0, count: Int(seconds * rateHertz))
  var schedule = TickSchedule(
    periodNanoseconds: period, startNanoseconds: realtimeMonotonicNanoseconds() + period)
  for index in late.indices {
    while realtimeSleep(schedule.deadlineNanoseconds) != 0 {
      if realtimeStopSignalCount() > 0 { return Array(late[..<index]) }
    }
    let now = realtimeMonotonicNanoseconds()
    late[index] = Double(now - min(now, schedule.deadlineNanoseconds)) / 1e3
    schedule.begin(at: now)
    schedule.end(at: realtimeMonotonicNanoseconds())
  }
  return late
}
