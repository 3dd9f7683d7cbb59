internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import ServoDrivers

/// `tarsus doctor`: checks whether this machine can run a robot.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks whether this machine can run a robot, and shows cures.",
    discussion: """
      The last line is a test: it wakes up at a fixed rate, as a run does, and measures its
      lateness. The command ends with 1 when a finding is bad. With --port it sends a few bytes,
      which no servo takes for a request, to detect an echo.

      Example:
        tarsus doctor --json
        tarsus doctor --port /dev/ttyUSB0
      """)

  @Option(help: "Seconds of the lateness test; 0 leaves it out.")
  var seconds: Double = 5
  @Option(help: "Rate of the test, in Hz.")
  var rate: Double = 200
  @Option(help: "A port to check: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String?
  @Option(help: "Bits per second of that port.")
  var baud: Int32 = 1_000_000
  @OptionGroup var output: FigureOptions

  func validate() throws {
    try Failure.check("--baud", baud: baud)
    try Failure.check("--seconds", seconds, in: 0...3_600)
    try Failure.check("--rate", rate, in: 10...500)
  }

  func run() throws {
    StopSignals.install()
    var findings: [Finding] = []
    func tell(_ more: [Finding]) throws {
      findings += more
      if !output.json { for finding in more { try Report.print(finding.text) } }
    }
    let machine = Machine()
    try tell([
      machine.kernel(), scheduling(), memoryLock(), machine.governors(), machine.idleStates(),
    ])
    try tell(machine.serial(SerialDeviceInfo.all()))
    if let port { try tell([echo(at: port)]) }
    if seconds > 0 { try tell([lateness()]) }
    if output.json { try Report.print(json: findings) }
    if findings.contains(where: { $0.verdict == .bad }) { throw Failure.failed }
  }

  /// Takes the real-time priority of a run.
  private func scheduling() -> Finding {
    if RealtimeThread.takePriority(runPriority) {
      return Finding("priority", "a run goes before other programs (SCHED_FIFO)", .good)
    }
    return Finding(
      "priority", "a run may not go before other programs (SCHED_FIFO)", .bad,
      cure:
        "into /etc/security/limits.d/tarsus.conf: '\(NSUserName()) - rtprio 60', and log in again")
  }

  /// Checks whether an adapter echoes the bytes that are sent to it.
  private func echo(at port: String) -> Finding {
    switch EchoTest.echoes(port, baud: baud) {
    case true: Finding(port, "\(LineNote.echoes)", .fair)
    case false: Finding(port, "does not send back what it is sent", .good)
    default:
      Finding(port, "cannot be used", .bad, cure: "see the message on standard error")
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

  /// Measures the lateness on the schedule of a run.
  private func lateness() -> Finding {
    _ = RealtimeMeans.take(cpu: nil)
    return Self.finding(measureLateness(rateHertz: rate, seconds: seconds), rate: rate)
  }

  /// The finding for latenesses, in microseconds, at a rate.
  static func finding(_ microseconds: [Double], rate: Double) -> Finding {
    let late = Percentiles(microseconds)
    let found = String(
      format: "at %g Hz p50 %.3f, p99 %.3f, max %.3f ms, %d times", rate, late.p50 * 1e-3,
      late.p99 * 1e-3, late.max * 1e-3, microseconds.count)
    let share = late.p99 * 1e-6 * rate
    let cure = "end other programs, and apply the cures above"
    if share > 0.5 { return Finding("lateness", found, .bad, cure: cure) }
    return share > 0.05
      ? Finding("lateness", found, .fair, cure: cure) : Finding("lateness", found, .good)
  }
}
