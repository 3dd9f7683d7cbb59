import Loopback
import Realtime
import SerialLink
import Testing
import WireProtocol

@Suite struct LoopbackServerTests {
  /// A clock that moves by a millisecond whenever it is looked at, long behind the machine's own.
  private final class ManualClock {
    var nanoseconds: UInt64 = 0

    func next() -> UInt64 {
      nanoseconds += 1_000_000
      return nanoseconds
    }
  }

  private static func server(_ clock: LoopbackClock) throws -> LoopbackServer<SimulatedBoard> {
    let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1)
    return LoopbackServer(
      device: SimulatedBoard(robot: robot, clock: clock), terminal: try PseudoTerminal(link: nil))
  }

  /// Goes round the server's loop `count` times.
  private static func run(
    _ server: inout LoopbackServer<SimulatedBoard>, rounds count: Int, clock: ManualClock
  ) throws {
    var rounds = 0
    try server.run(
      until: {
        rounds += 1
        return rounds > count
      }, nowNanoseconds: { clock.next() })
  }

  private static func request(_ kind: BoardMessageKind) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: BoardProtocol.frameByteCountMax)
    var span = bytes.mutableSpan
    let count = kind.encode(sequence: 1, into: &span)
    return Array(bytes[..<count])
  }

  @Test func run_helloOnTheLine_isAnsweredOnTheLine() throws {
    var server = try Self.server(.realTime)
    let host = try SerialPort(path: server.path, baudRate: 1_000_000, clock: .machine)
    try host.write(Self.request(.hello).span, deadlineNanoseconds: .max)
    try Self.run(&server, rounds: 2, clock: ManualClock())
    var bytes = [UInt8](repeating: 0, count: 256)
    var span = bytes.mutableSpan
    let count = try host.read(into: &span, deadlineNanoseconds: 0)
    var decoder = BoardFrameDecoder()
    for byte in bytes[..<count] { decoder.push(byte) }
    #expect(decoder.nextFrame()?.kind == .helloReply)
    #expect(server.report.frames == 1)
    #expect(server.report.replyDelayMaxMicroseconds > 0)
  }

  @Test func run_realTimeWithoutBytes_physicsKeepsUp() throws {
    var server = try Self.server(.realTime)
    let clock = ManualClock()
    try Self.run(&server, rounds: 500, clock: clock)
    let elapsedSeconds = Double(clock.nanoseconds) * 1e-9
    #expect(elapsedSeconds - server.report.simulatedSeconds < 0.01)
    #expect(server.report.skippedMicroseconds == 0)
  }

  @Test func run_processKeptFromRunning_worldStandsStill() throws {
    var server = try Self.server(.realTime)
    let host = try SerialPort(path: server.path, baudRate: 1_000_000, clock: .machine)
    try host.write(Self.request(.arm).span, deadlineNanoseconds: .max)
    let clock = ManualClock()
    try Self.run(&server, rounds: 5, clock: clock)
    clock.nanoseconds += 300_000_000
    try Self.run(&server, rounds: 5, clock: clock)
    #expect(server.report.watchdogHolds == 0)
    #expect(server.report.torqueOnSeconds > 0)
  }

  @Test func run_clockJumpsWithinARound_countsWhatItSkipped() throws {
    var server = try Self.server(.realTime)
    let clock = ManualClock()
    var rounds = 0
    try server.run(
      until: {
        rounds += 1
        if rounds == 10 { clock.nanoseconds += 300_000_000 }
        return rounds > 20
      }, nowNanoseconds: { clock.next() })
    #expect((275_000...305_000).contains(server.report.skippedMicroseconds))
    #expect(server.report.simulatedSeconds < 0.1)
  }

  @Test func run_lockstepWithoutBytes_noTimePasses() throws {
    var server = try Self.server(.lockstep)
    try Self.run(&server, rounds: 500, clock: ManualClock())
    #expect(server.report.simulatedSeconds == 0)
  }

  @Test func run_twice_goesOnWithTheSameBoardTime() throws {
    var server = try Self.server(.realTime)
    let clock = ManualClock()
    try Self.run(&server, rounds: 100, clock: clock)
    try Self.run(&server, rounds: 100, clock: clock)
    let elapsedSeconds = Double(clock.nanoseconds) * 1e-9
    #expect(elapsedSeconds - server.report.simulatedSeconds < 0.01)
  }

  @Test func run_hostNeverReads_countsWhatTheLineRefused() throws {
    var server = try Self.server(.lockstep)
    let host = try SerialPort(path: server.path, baudRate: 1_000_000, clock: .machine)
    let requests = Array((0..<28).map { _ in Self.request(.readState) }.joined())
    let clock = ManualClock()
    for _ in 0..<100 {
      try host.write(requests.span, deadlineNanoseconds: .max)
      try Self.run(&server, rounds: 1, clock: clock)
    }
    #expect(server.report.frames == 2_800)
    #expect(server.report.unsentReplyBytes > 0)
  }
}
