import Foundation
import Loopback
import Synchronization

/// A loopback in lockstep on a thread of its own, served as `tarsus-lab loopback --lockstep` does.
final class ServerPeer: @unchecked Sendable {
  /// The host's end.
  let path: String
  private var server: LoopbackServer<LoopbackBoard>
  private var failure: (any Error)?
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Starts to serve.
  init(seed: UInt64) throws {
    let robot = try VirtualRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: seed)
    server = LoopbackServer(
      device: LoopbackBoard(robot: robot, clock: .lockstep), terminal: try PseudoTerminal(link: nil)
    )
    path = server.path
    Thread.detachNewThread { self.serve() }
  }

  /// Ends serving; says what happened, but for the delay of replies, which no two runs share.
  func stop() throws -> LoopbackReport {
    isStopping.store(true, ordering: .releasing)
    hasEnded.wait()
    if let failure { throw failure }
    var report = server.report
    report.replyDelayMaxMicroseconds = 0
    return report
  }

  private func serve() {
    do {
      try server.run(until: { isStopping.load(ordering: .acquiring) })
    } catch {
      failure = error
    }
    hasEnded.signal()
  }
}
