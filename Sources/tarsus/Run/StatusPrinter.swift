internal import CommandSupport
internal import Realtime
internal import RobotControl
internal import RobotDescription
internal import Synchronization
internal import Telemetry

/// Shows the status of a run, one line a second, from a thread of ordinary priority.
///
/// A terminal that takes nothing loses the line, and delays nothing.
final class StatusPrinter: Sendable {
  private let board: LoopStatusBoard
  private let steering: Steering
  private let isEnding = Atomic(false)

  /// The pause between two checks for the end.
  private static let restNanoseconds: UInt64 = 50_000_000
  private static let restsPerLine = 20

  /// Starts to print; `nil` without a terminal.
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
      StandardStreams.showStatus(Self.text(status, steering: steering))
    }
  }

  /// The status line, with the important parts first, since a narrow terminal cuts off the rest.
  static func text(_ status: LoopStatus, steering: Steering) -> String {
    func p99(_ histogram: DurationHistogram) -> UInt64 {
      histogram.percentileNanoseconds(0.99) / 1000
    }
    func tenths(_ number: Float) -> String { "\((Double(number) * 100).rounded() / 100)" }
    let command = status.command
    let supply = (Double(status.supplyMillivolts) / 100).rounded() / 10
    let phases = TickPhase.allCases.map { "\($0) \(p99(status.phases[$0]))" }
    return
      "\(status.state) · \(tenths(command.forward)),\(tenths(command.left)),"
      + "\(tenths(command.yawRate)) by \(steering.text) · \(supply) V · "
      + "\(status.hottestServoCelsius) °C · \(status.ticks) ticks · "
      + "\(status.missedDeadlines) missed · p99 in µs: "
      + (["late \(p99(status.lateness))"] + phases).joined(separator: ", ")
  }
}
