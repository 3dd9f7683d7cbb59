import CAllocationCounter
import Loopback
import Realtime
import RobotControl
import SerialLink
import Testing
import WireProtocol

@testable import ServoDrivers

/// The drivers on adapters that send back what they are sent.
@Suite struct EchoTests {
  private static let echo = LoopbackFault(kind: .echo)

  /// Reads a servo that is there and one that is not, whatever the line speaks.
  private static func checkRegisters<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, model: UInt16
  ) throws {
    var link = Link(port: try ThreeLines.port(path))
    // The first exchange has to be right: nobody knows yet that the adapter echoes.
    #expect(
      ThreeLines.failure { () throws(ServoRequestError) in
        _ = try link.model(of: 77, patience: .usual)
      }
        == .silent)
    #expect(try link.model(of: 4, patience: .usual) == model)
    let echoes = link.echoes
    #expect(echoes)
    let position = try link.read(.presentPosition, of: 4)
    #expect((0...4_095).contains(position))
    #expect(
      ThreeLines.failure { () throws(ServoRequestError) in
        _ = try link.read(.presentPosition, of: 77)
      }
        == .silent)
    try link.write(40, to: Link.kind[.positionPGain], of: 4)
    #expect(try link.read(Link.kind[.positionPGain], of: 4) == 40)
    for id in 13...40 as ClosedRange<UInt8> {
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: id, patience: .scan(baud: 1_000_000))
        } == .silent)
    }
  }

  @Test func registers_onAnEchoingFeetechLine_areTheServos() throws {
    let peer = try ThreeLines.feetech(faults: [Self.echo])
    try Self.checkRegisters(FeetechLink.self, peer.path, model: 777)
    #expect(try peer.stop().faults == [.echo: 1])
  }

  @Test func registers_onAnEchoingDynamixelLine_areTheServos() throws {
    let peer = try ThreeLines.dynamixel(faults: [Self.echo])
    try Self.checkRegisters(DynamixelLink.self, peer.path, model: 1_200)
    try peer.stop()
  }

  @Test func registers_behindABoardOnAnEchoingLine_areTheServos() throws {
    let peer = try ThreeLines.board(faults: [Self.echo])
    try Self.checkRegisters(BoardServoLink<DynamixelLink>.self, peer.path, model: 1_200)
    try peer.stop()
  }

  @Test(arguments: [true, false]) func probe_onAnyLine_findsTheEcho(echoes: Bool) throws {
    let peer = try ThreeLines.feetech(faults: echoes ? [Self.echo] : [])
    #expect(try EchoProbe.echoes(try ThreeLines.port(peer.path)) == echoes)
    #expect(try peer.stop().frames == 0)
  }

  /// Walks on an adapter that echoes from the start, from and to some moment, or not.
  private static func check<Bus: TickingBus & ~Copyable>(
    _ bus: consuming Bus, notes: [LineNote]
  ) throws {
    #expect(bus.notes == notes)
    var walk = try ThreeLines.walking(bus, ticks: 150)
    #expect(walk.loop.controller.fault == nil)
    #expect(walk.loop.controller.statistics.coastedTicks == 0)
    #expect(walk.loop.busStatistics.partialReplies == 0)
    allocationCounterDetachThrowHook()
    let before = allocationCounterThreadTotal()
    for _ in 0..<100 {
      walk.wait()
      walk.tick(ThreeLines.ahead)
    }
    #expect(allocationCounterThreadTotal() == before)
    #expect(walk.loop.controller.fault == nil)
  }

  private static func check(_ report: LoopbackReport) {
    #expect(report.falls == 0 && report.badFrames == 0 && report.refusedRequests == 0)
    #expect(report.goalsOutsideLimits == 0 && report.distanceMetres > 0.2)
  }

  @Test func walk_onAnEchoingBoard_isAsOnAnother() throws {
    let peer = try ThreeLines.board(faults: [Self.echo])
    try Self.check(try ThreeLines.bus(peer), notes: [.echoes])
    Self.check(try peer.stop())
  }

  @Test func walk_onAnEchoingDynamixelLine_isAsOnAnother() throws {
    let peer = try ThreeLines.dynamixel(faults: [Self.echo])
    try Self.check(try ThreeLines.bus(peer), notes: [.echoes])
    Self.check(try peer.stop())
  }

  @Test func walk_onAnEchoingFeetechLine_isAsOnAnother() throws {
    let peer = try ThreeLines.feetech(faults: [Self.echo])
    try Self.check(try ThreeLines.bus(peer), notes: [.echoes])
    Self.check(try peer.stop())
  }

  @Test func walk_adapterBeginsAndStopsToEcho_isAsOnAnother() throws {
    let faults = [
      LoopbackFault(kind: .echo, from: 0.5, to: 1), LoopbackFault(kind: .echo, from: 2.5, to: 3),
    ]
    let board = try ThreeLines.board(faults: faults)
    try Self.check(try ThreeLines.bus(board), notes: [])
    Self.check(try board.stop())
    let dynamixel = try ThreeLines.dynamixel(faults: faults)
    try Self.check(try ThreeLines.bus(dynamixel), notes: [])
    Self.check(try dynamixel.stop())
    let feetech = try ThreeLines.feetech(faults: faults)
    try Self.check(try ThreeLines.bus(feetech), notes: [])
    Self.check(try feetech.stop())
  }

  @Test func sensor_onAnEchoingLine_isSetUp() throws {
    let peer = try LoopbackThread(
      SimulatedFeetechLine(
        robot: try ThreeLines.spider(), clock: .lockstep, baudRate: 1_000_000), faults: [Self.echo],
      clock: .machine)
    var link = ImuLink(port: try ThreeLines.port(peer.imuPath, baud: 115_200))
    try link.tell(.unlock)
    let echoes = link.echoes
    #expect(echoes)
    let reading = try link.listen(nanoseconds: 20_000_000)
    #expect(reading.byteCount == 0)
    try peer.stop()
  }
}
