import Foundation
import Loopback
import Synchronization
import WireProtocol

/// A board on a pseudo terminal, on a thread of its own, on a clock that only commands move.
///
/// The line between it and the host can be damaged, and it can vanish.
final class BoardPeer: @unchecked Sendable {
  /// The host's end.
  let path: String
  private let commandsMax: Int
  private var terminal: PseudoTerminal?
  private var board: SimulatedBoard
  private var microseconds: UInt64 = 0
  private var fromHost: LineDamage
  private var fromBoard: LineDamage
  private var failure: (any Error)?
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Starts to serve.
  ///
  /// - Parameters:
  ///   - damagedFramePeriod: In both directions every so many frames one has a bit flipped.
  ///   - commandsMax: The line vanishes when so many commands have been carried out.
  init(
    _ clock: LoopbackClock, damagedFramePeriod: Int = 0, commandsMax: Int = .max
  ) throws {
    let terminal = try PseudoTerminal(link: nil)
    path = terminal.path
    self.terminal = consume terminal
    board = SimulatedBoard(
      robot: try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1),
      clock: clock)
    self.commandsMax = commandsMax
    fromHost = LineDamage(period: damagedFramePeriod, seed: 1)
    fromBoard = LineDamage(period: damagedFramePeriod, seed: 2)
    Thread.detachNewThread { self.serve() }
  }

  /// Ends serving, if the line has not vanished yet, and says what happened.
  @discardableResult
  func stop() throws -> LoopbackReport {
    isStopping.store(true, ordering: .releasing)
    hasEnded.wait()
    hasEnded.signal()
    if let failure { throw failure }
    return board.report
  }

  /// Frames damaged on their way, in both directions; after the end.
  var damagedFrames: Int { fromHost.damagedFrames + fromBoard.damagedFrames }

  /// Lets time pass on the board, in steps as a server makes them; after the end.
  func wait(milliseconds: UInt64) throws {
    for _ in 0..<milliseconds {
      microseconds += 1_000
      try board.advance(toMicroseconds: microseconds)
    }
  }

  /// The flags that a host would read now; after the end.
  func flags() throws -> BoardFlags {
    var bytes = [UInt8](repeating: 0, count: BoardProtocol.frameByteCountMax)
    var span = bytes.mutableSpan
    let count = BoardMessageKind.readState.encode(sequence: 1, into: &span)
    let replies = try board.receive(bytes[..<count], atMicroseconds: microseconds)
    var decoder = BoardFrameDecoder()
    for byte in replies { decoder.push(byte) }
    guard let frame = decoder.nextFrame() else { return BoardFlags(rawValue: 0) }
    return try BoardState(decoding: frame).flags
  }

  private func serve() {
    do {
      while !isStopping.load(ordering: .acquiring), board.report.commands < commandsMax {
        try exchange()
      }
    } catch {
      failure = error
    }
    terminal = nil
    hasEnded.signal()
  }

  private func exchange() throws {
    var bytes = [UInt8](repeating: 0, count: 256)
    var span = bytes.mutableSpan
    let deadline = DispatchTime.now().uptimeNanoseconds + 20_000_000
    let count = try terminal?.read(into: &span, deadlineNanoseconds: deadline) ?? 0
    // What follows the last command on the line is lost with it.
    for byte in bytes[..<count] where board.report.commands < commandsMax { try receive(byte) }
  }

  private func receive(_ byte: UInt8) throws {
    let commands = board.report.commands
    var replies = try board.receive([fromHost.pass(byte)], atMicroseconds: microseconds)
    if board.report.commands > commands {
      microseconds += 20_000
      try board.advance(toMicroseconds: microseconds)
    }
    guard !replies.isEmpty else { return }
    for index in replies.indices { replies[index] = fromBoard.pass(replies[index]) }
    _ = try terminal?.write(replies.span, deadlineNanoseconds: farDeadline())
  }
}
