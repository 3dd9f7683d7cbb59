internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import ServoDrivers

/// `tarsus doctor`: whether this machine is fit to run a robot.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks whether this machine is fit to run a robot, and says what would help.",
    discussion: """
      The last line is a test: it wakes up at a fixed rate, as a run does, and says how late it was.
      Ends with 1 when something is bad. With --port a few bytes go out on it, which no servo takes for
      a request, to find out whether they come back.

      Example:
        tarsus doctor --json
        tarsus doctor --port /dev/ttyUSB0
      """)

  @Option(help: "Seconds of the test of lateness; 0 leaves it out.")
  var seconds: Double = 5
  @Option(help: "Rate of the test, in Hz.")
  var rate: Double = 200
  @Option(help: "A port to look at: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String?
  @Option(help: "Bits per second of that port.")
  var baud: Int32 = 1_000_000
  @Flag(help: "Print the findings as JSON.")
  var json = false

  func validate() throws {
    try Failure.check("--baud", baud: baud)
    if !(0...3_600).contains(seconds) {
      throw ValidationError("--seconds: found \(seconds), expected 0 to 3600")
    }
    if !(10...500).contains(rate) {
      throw ValidationError("--rate: found \(rate), expected 10 to 500")
    }
  }

  func run() throws {
    StopSignals.install()
    var findings: [Finding] = []
    func tell(_ more: [Finding]) throws {
      findings += more
      if !json { for finding in more { try Report.print(finding.text) } }
    }
    let machine = Machine()
    try tell([
      machine.kernel(), scheduling(), memoryLock(), machine.governors(), machine.idleStates(),
    ])
    try tell(machine.serial(SerialDeviceInfo.all()))
    if let port { try tell([echo(at: port)]) }
    if seconds > 0 { try tell([lateness()]) }
    if json { try Report.print(json: findings) }
    if findings.contains(where: { $0.verdict == .bad }) { throw Failure.failed }
  }

  /// Whether a run goes before other programs; this program does from here on.
  private func scheduling() -> Finding {
    if RealtimeThread.takePriority(runPriority) {
      return Finding("priority", "a run goes before other programs (SCHED_FIFO)", .good)
    }
    return Finding(
      "priority", "a run may not go before other programs (SCHED_FIFO)", .bad,
      cure:
        "into /etc/security/limits.d/tarsus.conf: '\(NSUserName()) - rtprio 60', and log in again")
  }

  /// Whether an adapter sends back what it is sent.
  private func echo(at port: String) -> Finding {
    switch EchoTest.echoes(port, baud: baud) {
    case true: Finding(port, "\(LineNote.echoes)", .fair)
    case false: Finding(port, "does not send back what it is sent", .good)
    default:
      Finding(port, "cannot be used", .bad, cure: "see what is said of it on standard error")
    }
  }

  private func memoryLock() -> Finding {
    if RealtimeThread.lockMemory() { return Finding("memory", "can be locked", .good) }
    return Finding(
      "memory", "cannot be locked: a tick may wait for the disk", .fair,
      cure:
        "into /etc/security/limits.d/tarsus.conf: '\(NSUserName()) - memlock unlimited', and log "
        + "in again")
  }

  /// Wakes up at the rate for a while, on the schedule of a run.
  private func lateness() -> Finding {
    _ = RealtimeMeans.take(cpu: nil)
    return Self.finding(measureLateness(rateHertz: rate, seconds: seconds), rate: rate)
  }

  /// What lateness in microseconds means for a loop of a rate.
  static func finding(_ microseconds: [Double], rate: Double) -> Finding {
    let late = Percentiles(microseconds)
    let found = String(
      format: "at %g Hz p50 %.3f, p99 %.3f, max %.3f ms, %d times", rate, late.p50 * 1e-3,
      late.p99 * 1e-3, late.max * 1e-3, microseconds.count)
    let share = late.p99 * 1e-6 * rate
    let cure = "end other programs, and cure what is above"
    if share > 0.5 { return Finding("lateness", found, .bad, cure: cure) }
    return share > 0.05
      ? Finding("lateness", found, .fair, cure: cure) : Finding("lateness", found, .good)
  }
}
