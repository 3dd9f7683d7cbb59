internal import Realtime
internal import RobotControl

/// Measures the lateness of ticks at a rate, on the schedule of a run, until a signal stops it.
///
/// - Returns: The lateness of each tick, in microseconds.
func measureLateness(rateHertz: Double, seconds: Double) -> [Double] {
  let period = UInt64(1e9 / rateHertz)
  var late = [Double](repeating: 0, count: Int(seconds * rateHertz))
  var schedule = TickSchedule(
    periodNanoseconds: period, startNanoseconds: MonotonicClock.machine.nowNanoseconds + period)
  for index in late.indices {
    while !MonotonicClock.machine.sleep(until: schedule.deadlineNanoseconds) {
      if StopSignals.isStopping { return Array(late[..<index]) }
    }
    let now = MonotonicClock.machine.nowNanoseconds
    late[index] =
      Double(MonotonicClock.nanoseconds(from: schedule.deadlineNanoseconds, to: now)) / 1e3
    schedule.begin(at: now)
    schedule.end(at: MonotonicClock.machine.nowNanoseconds)
  }
  return late
}
