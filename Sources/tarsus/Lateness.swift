internal import Realtime
internal import RobotControl

/// Wakes up at a rate for a while, on the schedule of a run, until a signal stops it.
///
/// - Returns: By how much each time was late, in microseconds.
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
    late[index] = Double(now - min(now, schedule.deadlineNanoseconds)) / 1e3
    schedule.begin(at: now)
    schedule.end(at: MonotonicClock.machine.nowNanoseconds)
  }
  return late
}
