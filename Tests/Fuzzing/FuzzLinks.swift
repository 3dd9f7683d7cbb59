import SerialLink
import ServoDrivers
import WireProtocol

/// Runs the tools' requests to single servos, over each protocol and through a board.
func fuzzLinks() {
  switch fields.byte() & 3 {
  case 0: use(DynamixelLink.self, DynamixelPeer())
  case 1: use(FeetechLink.self, FeetechPeer())
  case 2: use(BoardServoLink<DynamixelLink>.self, BoardPeer())
  default: use(BoardServoLink<FeetechLink>.self, BoardPeer())
  }
}

/// The most operations of a tool in one execution.
private let operationsMax = 6

private func use<Link: ServoLink & ~Copyable>(_ kind: Link.Type, _ peer: Peer) {
  begin(peer)
  var link = Link(port: servoPort)
  let registers = Registers.of(kind)
  for _ in 0..<operationsMax where !fields.isOver {
    let operation = fields.byte()
    let id = 1 + fields.byte() & 1
    let register = registers[Int(fields.byte()) % registers.count]
    Watch.allowed = .nothing
    switch operation % 4 {
    case 0: _ = try? link.model(of: id, patience: .usual)
    case 1: _ = try? link.read(register, of: id)
    case 2 where !isMotion(register):
      let value = Int32(bitPattern: fields.long())
      _ = try? link.write(register.clamped(value), to: register, of: id)
    case 3 where !isMotion(register):
      let value = register.highest
      if (try? link.move(register, to: value, of: id)) != nil {
        _ = try? link.confirm(value, in: register, of: id)
      }
    default: _ = try? link.misfits(of: FuzzRobot.joints[Int(id) - 1], robot: FuzzRobot.robot)
    }
  }
}

/// Goals and torque are for the buses, and for whom writes them by name.
private func isMotion(_ register: ServoRegister) -> Bool {
  [64, 116, 40, 42].contains(register.address)
}

/// The tables, made whenever they are asked for.
private enum Registers {
  static let dynamixel = DynamixelLink.kind.registers
  static let feetech = FeetechLink.kind.registers

  static func of<Link: ServoLink & ~Copyable>(_ kind: Link.Type) -> [ServoRegister] {
    kind.family == .dynamixel ? dynamixel : feetech
  }
}
