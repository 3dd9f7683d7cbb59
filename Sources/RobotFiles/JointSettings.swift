internal import RobotDescription

/// Keys of a joint.
enum JointKey: String, FileKey {
  case name
  case id
  case direction
  case zeroTicks = "zero_ticks"
  case positionGain = "position_gain"
  case slew = "slew_radians_per_second"
  case limits
  case standing
  case resting

  /// Keys that may stand under `defaults`: those in which joints may be alike.
  static let withDefaults = allCases.filter { $0 != .name && $0 != .id }
}

/// A value and the place in the file where it stands.
struct Setting<Value> {
  var value: Value
  var node: FileNode
}

/// What the file says of a joint so far: the defaults first, then the joint's own values.
struct JointSettings {
  private(set) var name: Setting<Label>?
  private(set) var id: Setting<UInt8>?
  private var direction: Setting<Int>?
  private var zeroTicks: Setting<Int16>?
  private(set) var positionGain: Setting<PositionGain>?
  private var slew: Setting<Float>?
  private var limits: Setting<ClosedRange<Float>>?
  private var standing: Setting<Float>?
  private var resting: Setting<Float>?

  /// Takes every value that a mapping holds; what it leaves out stays as it is.
  mutating func read(_ mapping: FileMapping<JointKey>) throws(RobotFileError) {
    for key in JointKey.allCases {
      if let node = mapping[key] { try read(key, node) }
    }
  }

  private mutating func read(_ key: JointKey, _ node: FileNode) throws(RobotFileError) {
    switch key {
    case .name: name = Setting(value: try node.name(), node: node)
    case .id: id = Setting(value: UInt8(try node.wholeNumber(in: 0...252)), node: node)
    case .direction: direction = Setting(value: try Self.direction(node), node: node)
    case .zeroTicks:
      zeroTicks = Setting(value: Int16(try node.wholeNumber(in: 0...4095)), node: node)
    case .positionGain:
      positionGain = Setting(value: try PositionGain(node), node: node)
    case .slew: slew = Setting(value: try node.number("a number above 0") { $0 > 0 }, node: node)
    case .limits: limits = Setting(value: try Self.limits(node), node: node)
    case .standing: standing = Setting(value: try Self.angle(node), node: node)
    case .resting: resting = Setting(value: try Self.angle(node), node: node)
    }
  }

  /// The joint, once its mapping has been read.
  ///
  /// - Parameter isCalibrated: `false` takes zeros and limits outside one turn of the servo.
  func joint(
    in mapping: FileMapping<JointKey>, isCalibrated: Bool
  ) throws(RobotFileError) -> Joint {
    func required<Value>(
      _ key: JointKey, _ setting: Setting<Value>?
    ) throws(RobotFileError) -> Setting<Value> {
      if let setting { return setting }
      let cure = JointKey.withDefaults.contains(key) ? "add it here or under 'defaults'" : "add it"
      throw mapping.missing(key, cure: cure)
    }
    let name = try required(.name, name).value
    let id = try required(.id, id).value
    let direction = try required(.direction, direction).value
    let zeroTicks = try required(.zeroTicks, zeroTicks).value
    let positionGain = try required(.positionGain, positionGain).value
    let slew = try required(.slew, slew).value
    let limitsNode = try required(.limits, limits).node
    let limits = try required(.limits, limits).value
    let standing = try required(.standing, standing)
    let resting = try required(.resting, resting)
    for pose in [standing, resting] where !limits.contains(pose.value) {
      throw pose.node.refused(
        expected: "an angle within the limits, \(limits.lowerBound) to \(limits.upperBound)")
    }
    let servo = ServoCalibration(
      id: id, isReversed: direction < 0, zeroTicks: zeroTicks, positionGain: positionGain.trained)
    if isCalibrated { try Self.checkTurn(limits, of: servo, name, limitsNode) }
    return Joint(
      name: name, servo: servo,
      lowerLimitRadians: limits.lowerBound, upperLimitRadians: limits.upperBound,
      standingRadians: standing.value, restingRadians: resting.value,
      slewMaxRadiansPerSecond: slew)
  }

  /// Refuses limits that a servo reaches outside the turn in which it counts.
  private static func checkTurn(
    _ limits: ClosedRange<Float>, of servo: ServoCalibration, _ name: Label, _ node: FileNode
  ) throws(RobotFileError) {
    for limit in [limits.lowerBound, limits.upperBound] {
      let ticks = servo.ticks(radians: limit)
      guard !(0...4095).contains(ticks) else { continue }
      let ends = [servo.radians(ticks: 0), servo.radians(ticks: 4095)].sorted()
      // Rounded inwards: what is shown is possible.
      let least = (Double(ends[0]) * 1000).rounded(.up) / 1000
      let most = (Double(ends[1]) * 1000).rounded(.down) / 1000
      throw node.refused(
        found: "\(limit) for joint \(name), at \(ticks) ticks of its servo",
        expected: "0 to 4095 ticks, one turn: \(least) to \(most) with zero_ticks "
          + "\(servo.zeroTicks)",
        cure: "narrow them, or take zero_ticks anew with 'tarsus servo calibrate'")
    }
  }

  private static func direction(_ node: FileNode) throws(RobotFileError) -> Int {
    guard let value = try? node.wholeNumber(in: -1...1), value != 0 else {
      throw node.refused(expected: "1 or -1")
    }
    return value
  }

  /// The same bound as a policy file has.
  private static func angle(_ node: FileNode) throws(RobotFileError) -> Float {
    try node.number("an angle from -100 to 100 radians") { (-100...100).contains($0) }
  }

  private static func limits(_ node: FileNode) throws(RobotFileError) -> ClosedRange<Float> {
    let ends = try node.elements(named: node.key, "two angles, the lower first") { $0.count == 2 }
    let lower = try angle(ends[0])
    let upper = try angle(ends[1])
    guard lower < upper else {
      throw node.refused(
        found: "\(ends[0].shown) before \(ends[1].shown)", expected: "the lower angle first")
    }
    return lower...upper
  }
}
