import Loopback
import Realtime
import SerialLink
import Testing
import WireProtocol

/// Faults that a loopback injects: each does what its name says, and is counted.
@Suite struct FaultTests {
  /// A loopback of Dynamixel servos, its host, and a clock that moves when it is told to.
  private struct Line: ~Copyable {
    var server: LoopbackServer<SimulatedDynamixelLine>
    var host: SerialPort
    var motion: SerialPort
    private var nanoseconds: UInt64 = 0

    init(_ faults: [LoopbackFault]) throws {
      let robot = try SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1)
      let device = try SimulatedDynamixelLine(robot: robot, clock: .realTime, baudRate: 1_000_000)
      let terminal = try PseudoTerminal(link: nil)
      let sensor = try PseudoTerminal(link: nil)
      let host = try SerialPort(path: terminal.path, baudRate: 1_000_000, clock: .machine)
      let motion = try SerialPort(path: sensor.path, baudRate: 115_200, clock: .machine)
      self.host = host
      self.motion = motion
      server = LoopbackServer(
        device: device, terminal: terminal, imu: sensor, faults: faults, seed: 5)
    }

    /// Goes round the server's loop, a millisecond each.
    mutating func pass(milliseconds: Int) throws {
      var rounds = 0
      var now = nanoseconds
      try server.run(
        until: {
          rounds += 1
          now += 1_000_000
          return rounds > milliseconds
        }, nowNanoseconds: { now })
      nanoseconds = now
    }

    /// Sends a packet and returns what has come back after some milliseconds.
    mutating func ask(
      _ id: UInt8, _ instruction: DynamixelInstruction, _ parameters: [UInt8] = [],
      milliseconds: Int = 10
    ) throws -> [UInt8] {
      var packet = [UInt8](repeating: 0, count: 64)
      var span = packet.mutableSpan
      var writer = DynamixelPacketWriter(id: id, instruction, into: &span)
      for parameter in parameters { writer.append(parameter, to: &span) }
      let byteCount = writer.finish(&span)
      let bytes = Array(packet[..<byteCount])
      try host.write(bytes.span, deadlineNanoseconds: .max)
      try pass(milliseconds: milliseconds)
      return try Self.taken(host)
    }

    /// All that has been sent: the kernel hands over what it still queues only to who finds
    /// nothing.
    static func taken(_ port: borrowing SerialPort) throws -> [UInt8] {
      var all: [UInt8] = []
      var bytes = [UInt8](repeating: 0, count: 4_096)
      while true {
        var span = bytes.mutableSpan
        let count = try port.read(into: &span, deadlineNanoseconds: 0)
        if count == 0 { return all }
        all += bytes[..<count]
      }
    }
  }

  private static let answer: [UInt8] = [
    0xFF, 0xFF, 0xFD, 0x00, 0x03, 0x07, 0x00, 0x55, 0x00, 0xB0, 0x04, 0x34,
  ]

  @Test func none_answersComeAsTheyAre() throws {
    var line = try Line([])
    let reply = try line.ask(3, .ping)
    #expect(reply.count == 14 && Array(reply.prefix(12)) == Self.answer)
    #expect(line.server.report.faults.isEmpty)
  }

  @Test func drop_theAnswerIsLost() throws {
    var line = try Line([LoopbackFault(kind: .drop)])
    let reply = try line.ask(3, .ping)
    #expect(reply.isEmpty)
    #expect(line.server.report.faults == [.drop: 1])
  }

  @Test func corrupt_oneBitIsTurned() throws {
    var line = try Line([LoopbackFault(kind: .corrupt)])
    var whole = try Line([])
    let (reply, sound) = (try line.ask(3, .ping), try whole.ask(3, .ping))
    #expect(reply.count == sound.count)
    let turned = zip(reply, sound).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    #expect(turned == 1)
    #expect(line.server.report.faults == [.corrupt: 1])
  }

  @Test func duplicateAndTruncate_doSo() throws {
    var line = try Line([LoopbackFault(kind: .duplicate)])
    let twice = try line.ask(3, .ping)
    #expect(twice.count == 28 && Array(twice.prefix(14)) == Array(twice.suffix(14)))
    var cut = try Line([LoopbackFault(kind: .truncate)])
    let short = try cut.ask(3, .ping)
    #expect(short.count < 14 && short == Array(twice.prefix(short.count)))
    #expect(line.server.report.faults == [.duplicate: 1])
    #expect(cut.server.report.faults == [.truncate: 1])
  }

  @Test func delay_theAnswerIsLate() throws {
    var line = try Line([LoopbackFault(kind: .delay, delayMilliseconds: 40)])
    let early = try line.ask(3, .ping, milliseconds: 30)
    #expect(early.isEmpty)
    try line.pass(milliseconds: 20)
    let late = try Line.taken(line.host)
    #expect(late.count == 14)
  }

  @Test func wrongID_isThatOfTheNextAndHasARightChecksum() throws {
    var line = try Line([LoopbackFault(kind: .wrongID)])
    let reply = try line.ask(3, .ping)
    var decoder = DynamixelDecoder()
    for byte in reply { decoder.push(byte) }
    let packet = decoder.nextPacket()
    #expect(packet?.id == 4)
    #expect(line.server.report.faults == [.wrongID: 1])
  }

  @Test func chance_ofAHalf_befallsHalf() throws {
    var line = try Line([LoopbackFault(kind: .drop, chance: 0.5)])
    var answered = 0
    for _ in 0..<100 where try !line.ask(3, .ping, milliseconds: 3).isEmpty { answered += 1 }
    #expect((35...65).contains(answered))
    #expect(line.server.report.faults[.drop] == 100 - answered)
  }

  @Test func silentServo_forAWhile_answersAgain() throws {
    var line = try Line([LoopbackFault(kind: .silentServo, from: 0.1, to: 0.2, id: 3)])
    let before = try line.ask(3, .ping)
    try line.pass(milliseconds: 120)
    let meanwhile = try line.ask(3, .ping)
    let other = try line.ask(4, .ping)
    try line.pass(milliseconds: 100)
    let after = try line.ask(3, .ping)
    #expect(!before.isEmpty && meanwhile.isEmpty && !other.isEmpty && !after.isEmpty)
    #expect(line.server.report.faults == [.silentServo: 1])
  }

  @Test(arguments: [LoopbackFault.Kind.servoReboot, .brownOut])
  func startedAnew_torqueIsOff(kind: LoopbackFault.Kind) throws {
    var line = try Line([LoopbackFault(kind: kind, from: 0.1, id: 3)])
    _ = try line.ask(Dynamixel.broadcastID, .write, [64, 0, 1])
    try line.pass(milliseconds: 150)
    let third = try line.ask(3, .read, [64, 0, 1, 0])
    let fourth = try line.ask(4, .read, [64, 0, 1, 0])
    #expect(third[9] == 0)
    #expect(fourth[9] == (kind == .brownOut ? 0 : 1))
    #expect(line.server.report.faults == [kind: 1])
  }

  @Test func frozenIMU_saysTheSameAgainAndAgain() throws {
    var line = try Line([LoopbackFault(kind: .frozenIMU, from: 0.1)])
    try line.pass(milliseconds: 150)
    _ = try Line.taken(line.motion)
    try line.pass(milliseconds: 100)
    let bytes = try Line.taken(line.motion)
    let frames = stride(from: 0, to: bytes.count, by: 22).map {
      Array(bytes[$0..<min($0 + 22, bytes.count)])
    }
    #expect(frames.count >= 15 && Set(frames).count == 1)
  }

  @Test func portGone_theHostSeesItAndFindsItAgain() throws {
    var line = try Line([LoopbackFault(kind: .portGone, from: 0.1, to: 0.2)])
    let path = line.server.path
    try line.pass(milliseconds: 150)
    #expect(throws: SerialError.disconnected(.read)) { _ = try Line.taken(line.host) }
    try line.pass(milliseconds: 100)
    line.host = try SerialPort(path: line.server.path, baudRate: 1_000_000, clock: .machine)
    let reply = try line.ask(3, .ping)
    #expect(!reply.isEmpty)
    #expect(line.server.report.faults == [.portGone: 1])
    #expect(!path.isEmpty)
  }
}
