public import RobotDescription
internal import WireProtocol

/// What the servos behind a board are set to; nothing here is for a tick.
extension BoardBus {
  /// The kind of servo behind the board, by the model of the first joint's.
  ///
  /// - Returns: `nil` where the board passes no registers on, or the model is not known.
  public mutating func servoFamily() throws(ServoConnectError) -> ServoFamily? {
    let joint = robot[joint: 0]
    for family in ServoFamily.all {
      let register = family.modelRegister
      let access = BoardRegisterAccess(
        id: joint.servo.id, address: UInt16(register.address), byteCount: register.byteCount)
      guard let bits = try answer(to: access) else { return nil }
      if family.models[UInt16(truncatingIfNeeded: bits)] != nil { return family }
    }
    return nil
  }

  /// - Returns: `nil` where the board passes nothing on, or the servo says nothing: that is found when
  ///   the robot is read.
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

  /// Looks at all servos behind the board, and sets what a board leaves to others.
  ///
  /// - Parameters:
  ///   - robot: Has the gains of this kind of servo.
  ///   - fixes: Gets what was changed.
  public consuming func withServosReady(
    _ family: ServoFamily, of robot: Robot, fixes: inout [ServoFix]
  ) throws(ServoConnectError) -> BoardBus {
    let own = self.robot
    if family == .feetech {
      var link = BoardServoLink<FeetechLink>(line: line)
      try link.makeReady(robot, setsUp: true, isBehindBoard: true, fixes: &fixes)
      return BoardBus(line: link.intoLine(), robot: own)
    }
    var link = BoardServoLink<DynamixelLink>(line: line)
    try link.makeReady(robot, setsUp: true, isBehindBoard: true, fixes: &fixes)
    return BoardBus(line: link.intoLine(), robot: own)
  }
}
