public import RobotDescription
public import WireProtocol

/// Set-up of the servos behind a board; nothing here is for the control loop.
extension BoardBus {
  /// Reads the family of the servos behind the board, from the model of the first joint's.
  ///
  /// - Returns: `nil` where the board forwards no register requests, or the model is not known.
  public mutating func servoFamily() throws(ServoConnectError) -> ServoFamily? {
    let joint = robot[joint: 0]
    for family in ServoFamily.allCases {
      let register = family.kinds[0][.modelNumber]
      let access = BoardRegisterAccess(
        id: joint.servo.id, address: UInt16(register.address), byteCount: register.byteCount)
      guard let bits = try answer(to: access) else { return nil }
      if family.modelName(UInt16(truncatingIfNeeded: bits)) != nil { return family }
    }
    return nil
  }

  /// - Returns: `nil` where the board forwards nothing, or the servo is silent, which a read of the
  ///   robot reports.
  private mutating func answer(
    to access: BoardRegisterAccess
  ) throws(ServoConnectError) -> UInt32? {
    for _ in 0..<ServoPatience.usual.attempts {
      do throws(BusError) {
        let frame = try line.exchange(
          access, reply: .registerValue,
          line.nowNanoseconds + ServoPatience.usual.waitNanoseconds)
        return (try? BoardRegisterValue(decoding: frame))?.bits
      } catch {
        switch error {
        case .silent: continue
        case .refused: return nil
        default:
          throw .servo(joint: robot[joint: 0].name.description, id: access.id, .bus(error))
        }
      }
    }
    return nil
  }

  /// Checks the settings of all servos behind the board, and sets those that a board leaves alone.
  ///
  /// - Parameters:
  ///   - robot: The robot with the gains of this family of servos.
  ///   - fixes: Receives each change.
  public consuming func withServosReady(
    _ family: ServoFamily, of robot: Robot, fixes: inout [ServoFix]
  ) throws(ServoConnectError) -> BoardBus {
    switch family {
    case .dynamixel: try withServosReady(as: DynamixelLink.self, robot, &fixes)
    case .feetech: try withServosReady(as: FeetechLink.self, robot, &fixes)
    }
  }

  private consuming func withServosReady<Link: ServoLink & ~Copyable>(
    as kind: Link.Type, _ robot: Robot, _ fixes: inout [ServoFix]
  ) throws(ServoConnectError) -> BoardBus {
    let own = self.robot
    var link = BoardServoLink<Link>(line: line)
    try link.makeReady(robot, setsUp: true, isBehindBoard: true, fixes: &fixes)
    return BoardBus(line: link.intoLine(), robot: own)
  }
}
