public import RobotDescription
internal import WireProtocol

/// Comparison of servos with the settings that a walk relies on; nothing here is for the control
/// loop.
extension ServoLink where Self: ~Copyable {
  /// Compares a joint's servo with the settings that a walk relies on; it only reads.
  public mutating func check(
    _ joint: Joint, of robot: Robot
  ) throws(ServoRequestError) -> [ServoFinding] {
    let kind = kind(of: joint.servo.id)
    let settings = ServoSetting.all(of: Self.family)
    let registers = settings.map { kind[$0.role] }
    let values = try values(of: registers, in: joint.servo.id)
    return settings.indices.map {
      ServoFinding(
        ServoName(joint), settings[$0], registers[$0], found: values[$0],
        settings[$0].expectation(kind, joint, robot))
    }
  }

  /// Finds the settings by which a servo counts or turns otherwise than in a run.
  public mutating func misfits(
    of joint: Joint, robot: Robot
  ) throws(ServoRequestError) -> [ServoFinding] {
    try check(joint, of: robot).filter { $0.setting.affectsPosition && !$0.isGood }
  }

  /// Prepares all servos of a robot for a run, torque off, once all were found and checked.
  ///
  /// - Parameters:
  ///   - setsUp: `false` only checks the settings.
  ///   - isBehindBoard: `true` when a board prepares them as well.
  ///   - fixes: Receives each change made or needed, up to an error.
  mutating func makeReady(
    _ robot: Robot, setsUp: Bool, isBehindBoard: Bool = false, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    try checkGains(robot)
    try findAll(robot)
    var wrong: [[ServoFinding]] = []
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      wrong.append(
        try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
          if setsUp && !isBehindBoard { try makeReadable(joint.servo.id) }
          return try check(joint, of: robot).filter {
            !$0.isGood && !(isBehindBoard && $0.setting.remedy == .setByBoard)
          }
        })
    }
    if setsUp, let refusal = Self.refusal(wrong.flatMap(\.self)) { throw refusal }
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      try ServoConnectError.naming(joint) { () throws(ServoRequestError) in
        if setsUp && (!isBehindBoard || !wrong[index].isEmpty) {
          try switchTorqueOff(joint.servo.id)
        }
        guard setsUp else {
          fixes += wrong[index].map(\.fix)
          return
        }
        try mend(wrong[index], joint, of: robot) { fixes.append($0.fix) }
      }
    }
  }

  /// Writes the settings that differ on a joint's servo, whose torque is off.
  ///
  /// - Parameter report: Receives each that was written.
  public mutating func mend(
    _ wrong: [ServoFinding], _ joint: Joint, of robot: Robot, _ report: (ServoFinding) -> Void
  ) throws(ServoRequestError) {
    for finding in wrong { try set(finding, report) }
    // A new mode brings gains and profiles of its own.
    guard wrong.contains(where: { $0.setting.role == .operatingMode }) else { return }
    for finding in try check(joint, of: robot) where !finding.isGood { try set(finding, report) }
  }

  private mutating func set(
    _ finding: ServoFinding, _ report: (ServoFinding) -> Void
  ) throws(ServoRequestError) {
    try write(finding.replacement, to: finding.register, of: finding.servo.id)
    report(finding)
  }

  /// Refuses gains that the servos' register cannot hold.
  private func checkGains(_ robot: Robot) throws(ServoConnectError) {
    let register = Self.kind[.positionPGain]
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      let gain = Int32(joint.servo.positionGain)
      if register.holds(gain) { continue }
      throw .gain(
        ServoName(joint), register: "\(register.name)", found: gain, most: register.highest)
    }
  }

  /// Makes sure that all servos answer and are of one known kind.
  private mutating func findAll(_ robot: Robot) throws(ServoConnectError) {
    var missing: [ServoName] = []
    var others: [OtherServo] = []
    var known = ""
    var first: ServoConnectError?
    var kind: ServoKind?
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      do throws(ServoConnectError) {
        kind = try identify(joint, as: kind)
      } catch {
        switch error {
        case .servo(_, _, .silent): missing.append(ServoName(joint))
        case .servo(_, _, .bus): throw error
        case .model(let found, let expected):
          others += found
          known = expected
        default: first = first ?? error
        }
      }
    }
    if missing.count == 1 {
      throw .servo(joint: missing[0].joint, id: missing[0].id, .silent)
    }
    if !missing.isEmpty { throw .missing(missing, of: robot.jointCount) }
    if !others.isEmpty { throw .model(others, expected: known) }
    if let first { throw first }
  }

  private static func refusal(_ wrong: [ServoFinding]) -> ServoConnectError? {
    let refused = wrong.filter { $0.setting.remedy == .refuse }
    guard let first = refused.first else { return nil }
    return .setting(first.description, others: refused.count - 1)
  }

  /// Switches torque off: EEPROM can be written only then, and some servos start with torque on.
  private mutating func switchTorqueOff(_ id: UInt8) throws(ServoRequestError) {
    if try read(.torqueEnable, of: id) != 0 { try write(0, to: .torqueEnable, of: id) }
  }

  /// Reads registers, with one request for those that lie close together.
  private mutating func values(
    of registers: [ServoRegister], in id: UInt8
  ) throws(ServoRequestError) -> [Int32] {
    var values: [Int32] = []
    while values.count < registers.count {
      let first = registers[values.count]
      let block = registers[values.count...].prefix {
        $0.address >= first.address
          && $0.address + $0.byteCount - first.address <= Self.blockByteCountMax
      }
      guard let last = block.last else { break }
      let bytes = try bytes(
        at: first.address, count: last.address + last.byteCount - first.address, of: id)
      values += block.map { register in
        let start = register.address - first.address
        return register.value(Array(bytes[start..<(start + register.byteCount)]))
      }
    }
    return values
  }
}
