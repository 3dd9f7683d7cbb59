import Realtime
import Loopback
import RobotDescription
import SerialLink
import Testing
import WireProtocol

@testable import ServoDrivers

/// Single requests against the loopback's servos, in lockstep: what `tarsus servo` is made of.
@Suite struct ServoLinkTests {
  /// Serves a line of either kind and hands out what opens its port at a speed.
  private static func withLine(
    _ isDynamixel: Bool, ids: [Int: UInt8] = [:], _ body: (_ path: String) throws -> Void
  ) throws {
    let virtual = try SimulatedRobot(
      robot: Spider.robot(ids: ids), bodyPath: Spider.bodyPath, seed: 3)
    if isDynamixel {
      let peer = try LoopbackThread(
        SimulatedDynamixelLine(robot: virtual, clock: .lockstep, baudRate: 1_000_000),
        clock: .machine)
      try body(peer.path)
      try peer.stop()
    } else {
      let peer = try LoopbackThread(
        SimulatedFeetechLine(robot: virtual, clock: .lockstep, baudRate: 1_000_000), clock: .machine
      )
      try body(peer.path)
      try peer.stop()
    }
  }

  /// The same with a board between.
  @discardableResult
  private static func withBoard(
    _ kind: ServoFamily, faults: [LoopbackFault] = [], _ body: (_ path: String) throws -> Void
  ) throws -> LoopbackReport {
    let peer = try ThreeLines.board(servos: kind, faults: faults, seed: 3)
    try body(peer.path)
    return try peer.stop()
  }

  private static func open<Link: ServoLink & ~Copyable>(
    _ path: String, baud: Int32 = 1_000_000, as kind: Link.Type = Link.self
  ) throws -> Link {
    Link(port: try SerialPort(path: path, baudRate: baud, clock: .machine))
  }

  private static func check<Link: ServoLink & ~Copyable>(
    _ link: inout Link, model: UInt16
  ) throws {
    #expect(try link.model(of: 3, patience: .usual) == model)
    #expect(Link.family.models[model] != nil)
    let delay = try #require(Link.kind.register(named: "return_delay_time"))
    #expect(try link.read(delay, of: 3) == 250)
    try link.write(7, to: delay, of: 3)
    #expect(try link.read(delay, of: 3) == 7)
    #expect(try link.read(delay, of: 4) == 250)
    #expect(Link.kind.register(named: "nonsense") == nil)
    #expect(
      ThreeLines.failure { () throws(ServoRequestError) in
        _ = try link.model(of: 77, patience: .scan(baud: 1_000_000))
      } == .silent)
  }

  @Test func readAndWrite_byName_reachOneServo() throws {
    try Self.withLine(true) { path in
      var link: DynamixelLink = try Self.open(path)
      try Self.check(&link, model: 1200)
    }
    try Self.withLine(false) { path in
      var link: FeetechLink = try Self.open(path)
      try Self.check(&link, model: 777)
    }
  }

  @Test func readAndWrite_behindABoard_reachOneServo() throws {
    try Self.withBoard(.dynamixel) { path in
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      try Self.check(&link, model: 1200)
    }
    try Self.withBoard(.feetech) { path in
      var link: BoardServoLink<FeetechLink> = try Self.open(path)
      try Self.check(&link, model: 777)
      // A kept register is protected again after it was written.
      #expect(try link.read(.lock, of: 3) == 1)
    }
  }

  @Test func read_answersBehindABoardThatComeTooLate_areLeftBehind() throws {
    // Later than the host waits, so that each comes while it asks again, or for something else.
    let late = LoopbackFault(kind: .delay, chance: 0.3, delayMilliseconds: 70)
    var read = 0
    let report = try Self.withBoard(.dynamixel, faults: [late]) { path in
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      for id in 1...12 as ClosedRange<UInt8> {
        for (role, expected) in [(.id, Int32(id)), (.maxVoltage, 70)] as [(RegisterRole, Int32)] {
          do throws(ServoRequestError) {
            #expect(try link.read(role, of: id) == expected)
            read += 1
          } catch {
            #expect(error == .bus(.silent))
          }
        }
      }
    }
    #expect(read > 16)
    #expect(report.faults[.delay, default: 0] > 4)
  }

  @Test func write_behindABoardThatHolds_isRefusedAndReadIsNot() throws {
    try Self.withBoard(.dynamixel) { path in
      do {
        var bus = BoardBus(port: try ThreeLines.port(path), robot: Spider.robot)
        try bus.connect(deadlineNanoseconds: farDeadline())
        var sample = BusSample()
        try bus.arm(
          at: sample.robot.jointAngles, into: &sample, deadlineNanoseconds: farDeadline())
      }
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      let holds = try link.read(.torqueEnable, of: 3)
      #expect(holds == 1)
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          try link.write(0, to: .torqueEnable, of: 3)
        } == .bus(.refused(.torqueIsOn)))
    }
  }

  @Test func write_behindABoardWhatTheServoRefuses_saysSo() throws {
    try Self.withBoard(.dynamixel) { path in
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      let model = DynamixelLink.kind[.modelNumber]
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          try link.put(7, in: model, of: 3, awaitsAnswer: true)
        } == .refusedBehindBoard)
    }
  }

  @Test func move_numberBehindABoard_answersThereAlone() throws {
    try Self.withBoard(.feetech) { path in
      var link: BoardServoLink<FeetechLink> = try Self.open(path)
      let id = FeetechLink.kind[.id]
      try link.move(id, to: 90, of: 5)
      try link.confirm(90, in: id, of: 90)
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: 5, patience: .scan(baud: 1_000_000))
        } == .silent)
    }
  }

  @Test func write_behindABoardToAServoThatAcknowledgesNothing_isReadBack() throws {
    try Self.withBoard(.feetech) { path in
      var link: BoardServoLink<FeetechLink> = try Self.open(path)
      try link.write(0, to: .statusLevel, of: 3)
      try link.write(20, to: .positionPGain, of: 3)
      let values = (
        try link.read(.positionPGain, of: 3), try link.read(.lock, of: 3),
        try link.read(.positionPGain, of: 4)
      )
      #expect(values == (20, 1, 32))
      try link.write(1, to: .statusLevel, of: 3)
    }
    try Self.withBoard(.dynamixel) { path in
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      try link.write(1, to: .statusLevel, of: 3)
      try link.write(700, to: .positionPGain, of: 3)
      let gain = try link.read(.positionPGain, of: 3)
      #expect(gain == 700)
    }
  }

  @Test func write_toEverybodyBehindABoard_reachesNobody() throws {
    try Self.withBoard(.dynamixel) { path in
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      try link.put(1, in: DynamixelLink.kind[.torqueEnable], of: 254, awaitsAnswer: true)
      let holds = try link.read(.torqueEnable, of: 3)
      #expect(holds == 0)
    }
  }

  @Test func disarm_afterAToolMadeAServoHold_letsItGo() throws {
    try Self.withBoard(.dynamixel) { path in
      do {
        var link: BoardServoLink<DynamixelLink> = try Self.open(path)
        try link.write(1, to: .torqueEnable, of: 3)
        let holds = try link.read(.torqueEnable, of: 3)
        #expect(holds == 1)
      }
      do {
        var bus = BoardBus(port: try ThreeLines.port(path), robot: Spider.robot)
        try bus.disarm(deadlineNanoseconds: farDeadline())
      }
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      let holds = try link.read(.torqueEnable, of: 3)
      #expect(holds == 0)
    }
  }

  @Test func arm_afterAToolChangedAGain_setsItBack() throws {
    try Self.withBoard(.dynamixel) { path in
      do {
        var link: BoardServoLink<DynamixelLink> = try Self.open(path)
        try link.write(50, to: .positionPGain, of: 3)
      }
      do {
        var bus = BoardBus(port: try ThreeLines.port(path), robot: Spider.robot)
        var sample = BusSample()
        try bus.arm(
          at: sample.robot.jointAngles, into: &sample, deadlineNanoseconds: farDeadline())
      }
      var link: BoardServoLink<DynamixelLink> = try Self.open(path)
      let gain = try link.read(.positionPGain, of: 3)
      #expect(gain == 800)
    }
  }

  @Test func read_boardIsSilent_saysThatTheBoardIs() throws {
    let terminal = try PseudoTerminal(link: nil)
    var link: BoardServoLink<DynamixelLink> = try Self.open(terminal.path)
    #expect(
      ThreeLines.failure { () throws(ServoRequestError) in
        _ = try link.model(of: 5, patience: .scan(baud: 1_000_000))
      } == .bus(.silent))
  }

  private static func checkMoves<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ path: String, baud: Int32, number: Int32
  ) throws {
    let id = try #require(Link.kind.register(named: "id"))
    let speed = try #require(Link.kind.register(named: "baud_rate"))
    do {
      var link: Link = try open(path)
      try link.move(id, to: 90, of: 5)
      try link.confirm(90, in: id, of: 90)
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: 5, patience: .scan(baud: 1_000_000))
        } == .silent)
      try link.move(speed, to: number, of: 90)
    }
    do {
      var link: Link = try open(path, baud: baud)
      try link.confirm(number, in: speed, of: 90)
      // The others are at the old speed and hear nothing.
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: 4, patience: .scan(baud: 1_000_000))
        } == .silent)
    }
    var link: Link = try open(path)
    #expect(
      ThreeLines.failure { () throws(ServoRequestError) in
        _ = try link.model(of: 90, patience: .scan(baud: 1_000_000))
      } == .silent)
    #expect(try link.model(of: 4, patience: .usual) > 0)
  }

  @Test func move_numberAndSpeed_answersThereAlone() throws {
    try Self.withLine(true) { path in
      try Self.checkMoves(DynamixelLink.self, path, baud: 2_000_000, number: 4)
    }
    try Self.withLine(false) { path in
      try Self.checkMoves(FeetechLink.self, path, baud: 500_000, number: 1)
    }
  }

  @Test func model_twoServosOfOneNumber_cannotBeRead() throws {
    try Self.withLine(true, ids: [2: 40, 7: 40]) { path in
      var link: DynamixelLink = try Self.open(path)
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: 40, patience: .scan(baud: 1_000_000))
        } == .unreadable)
    }
    try Self.withLine(false, ids: [2: 40, 7: 40]) { path in
      var link: FeetechLink = try Self.open(path)
      #expect(
        ThreeLines.failure { () throws(ServoRequestError) in
          _ = try link.model(of: 40, patience: .scan(baud: 1_000_000))
        } == .unreadable)
    }
  }

  @Test func write_aServoThatAcknowledgesNothing_isReadBack() throws {
    try Self.withLine(false) { path in
      var link: FeetechLink = try Self.open(path)
      let level = FeetechLink.kind[.statusLevel]
      try link.write(0, to: level, of: 2)
      try link.write(9, to: .positionPGain, of: 2)
      #expect(try link.read(.positionPGain, of: 2) == 9)
      // Its status level has not been changed for that, and its EEPROM is locked again.
      #expect(try link.read(level, of: 2) == 0)
      #expect(try link.read(.lock, of: 2) == 1)
    }
    try Self.withLine(true) { path in
      var link: DynamixelLink = try Self.open(path)
      try link.write(1, to: .statusLevel, of: 2)
      try link.write(77, to: .positionPGain, of: 2)
      #expect(try link.read(.positionPGain, of: 2) == 77)
    }
  }

  @Test func misfits_aReversedDrive_isNamed() throws {
    try Self.withLine(true) { path in
      var link: DynamixelLink = try Self.open(path)
      let joint = Spider.robot[joint: 1]
      #expect(try link.misfits(of: joint, robot: Spider.robot).isEmpty)
      try link.write(1, to: .driveMode, of: 2)
      let misfits = try link.misfits(of: joint, robot: Spider.robot)
      #expect(
        misfits.map { "\($0.register.name) \($0.found) \($0.replacement)" } == ["drive_mode 1 0"])
    }
  }

  @Test func write_whatIsKeptWhileItHolds_saysTheCure() throws {
    try Self.withLine(true) { path in
      var link: DynamixelLink = try Self.open(path)
      try link.write(1, to: .torqueEnable, of: 2)
      let error = ThreeLines.failure { () throws(ServoRequestError) in
        try link.write(3, to: .returnDelay, of: 2)
      }
      #expect(error == .refused(instruction: 3, code: 7))
      #expect(error?.description.contains("torque_enable 0") == true)
    }
  }

  @Test func vitals_errorBits_haveNames() {
    #expect(DynamixelLink.vitals.errors(0b100100) == ["overheating", "overload"])
    #expect(FeetechLink.vitals.errors(0b001001) == ["supply", "current"])
    #expect(FeetechLink.vitals.errors(0).isEmpty)
  }
}
