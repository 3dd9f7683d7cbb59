import Foundation
import Loopback
import Synchronization

/// A loopback in lockstep on a thread of its own, served as `tarsus-lab loopback --lockstep` does.
final class ServerPeer<Device: LoopbackDevice & SendableMetatype & ~Copyable>: @unchecked Sendable {
  /// The host's end.
  let path: String
  /// The host's end of the motion sensor's line.
  let motionPath: String
  private var server: LoopbackServer<Device>
  private var failure: (any Error)?
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Starts to serve.
  init(_ device: consuming Device, faults: [LoopbackFault] = []) throws {
    server = LoopbackServer(
      device: device, terminal: try PseudoTerminal(link: nil),
      motion: try PseudoTerminal(link: nil), faults: faults, seed: 5)
    path = server.path
    motionPath = server.motionPath ?? ""
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

  /// Does something to the device between two of its rounds.
  func change(_ body: (inout Device) -> Void) {
    isStopping.store(true, ordering: .releasing)
    hasEnded.wait()
    server.change(body)
    isStopping.store(false, ordering: .releasing)
    Thread.detachNewThread { self.serve() }
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

extension ServerPeer where Device == LoopbackBoard {
  /// Starts to serve the board of a spider.
  convenience init(seed: UInt64) throws {
    let robot = try VirtualRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: seed)
    try self.init(LoopbackBoard(robot: robot, clock: .lockstep))
  }
}
