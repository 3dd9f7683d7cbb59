internal import CommandSupport
internal import Realtime
internal import RobotControl
internal import RobotDescription
internal import Synchronization

/// Shows how a run is going, one line a second, from a thread of ordinary priority.
///
/// A terminal that takes nothing costs the line and nothing else.
final class StatusPrinter: Sendable {
  private let board: LoopStatusBoard
  private let steering: Steering
  private let isEnding = Atomic(false)

  /// Between two looks whether it is to end.
  private static let restNanoseconds: UInt64 = 50_000_000
  private static let restsPerLine = 20

  /// Begins to print; `nil` where nobody can look at it.
  init?(_ board: LoopStatusBoard, steering: Steering) {
    self.board = board
    self.steering = steering
    guard StandardStreams.hasStatusLine else { return nil }
    do {
      try BackgroundThread(name: "tarsus-status") { [self] in work() }.detach()
    } catch {
      note("no status line: \(error)")
      return nil
    }
  }

  /// Removes the line; the thread ends by itself.
  func end() {
    isEnding.store(true, ordering: .releasing)
    StandardStreams.showStatus("")
  }

  private func work() {
    var rests = Self.restsPerLine - 2
    while !isEnding.load(ordering: .acquiring) {
      BackgroundThread.rest(nanoseconds: Self.restNanoseconds)
      rests += 1
      guard rests >= Self.restsPerLine, let status = board.takeNewest() else { continue }
      rests = 0
      // A line that wrapped could not be written over.
      let text = Self.text(status, steering: steering)
      StandardStreams.showStatus(String(text.prefix(StandardStreams.columns - 1)))
    }
  }

  /// What matters most comes first: a narrow terminal cuts off the rest.
  static func text(_ status: LoopStatus, steering: Steering) -> String {
    func p99(_ histogram: DurationHistogram) -> UInt64 {
      histogram.percentileNanoseconds(0.99) / 1000
    }
    func tenths(_ number: Float) -> String { "\((Double(number) * 100).rounded() / 100)" }
    let command = status.command
    let supply = (Double(status.supplyMillivolts) / 100).rounded() / 10
    let phases = status.phases
    return
      "\(status.state) · \(tenths(command.forward)),\(tenths(command.left)),"
      + "\(tenths(command.yawRate)) by \(steering.text) · \(supply) V · \(status.hottestServoCelsius) °C · "
      + "\(status.ticks) ticks · \(status.missedDeadlines) missed · p99 in µs: "
      + "late \(p99(status.lateness)), exchange \(p99(phases.exchange)), "
      + "observe \(p99(phases.observe)), infer \(p99(phases.infer)), "
      + "supervise \(p99(phases.supervise)), write \(p99(phases.write))"
  }
}
