internal import RobotDescription
internal import Settings

/// The keys of a joint.
enum JointKey: String, SettingsKey {
  case name
  case id
  case direction
  case zeroTicks = "zero_ticks"
  case positionGain = "position_gain"
  case slew = "slew_radians_per_second"
  case limits
  case standing
  case resting

  /// The keys that may stand under `defaults`: those that joints may share.
  static let withDefaults = allCases.filter { $0 != .name && $0 != .id }
}

/// A value with its place in the file.
struct Located<Value> {
  var value: Value
  var node: SettingsNode
}

/// The settings of a joint read so far: the defaults first, then the joint's own.
struct JointSettings {
  private(set) var name: Located<Label>?
  private(set) var id: Located<UInt8>?
  private var direction: Located<Int>?
  private var zeroTicks: Located<Int16>?
  private(set) var positionGain: Located<PositionGain>?
  private var slew: Located<Float>?
  private var limits: Located<ClosedRange<Float>>?
  private var standing: Located<Float>?
  private var resting: Located<Float>?

  /// Reads every value of a mapping; missing keys change nothing.
  mutating func read(_ mapping: SettingsMapping<JointKey>) throws(SettingsError) {
    for key in JointKey.allCases {
      if let node = mapping[key] { try read(key, node) }
    }
  }

  private mutating func read(_ key: JointKey, _ node: SettingsNode) throws(SettingsError) {
    switch key {
    case .name: name = Located(value: try node.name(), node: node)
    case .id: id = Located(value: UInt8(try node.wholeNumber(in: 0...252)), node: node)
    case .direction: direction = Located(value: try Self.direction(node), node: node)
    case .zeroTicks:
      zeroTicks = Located(value: Int16(try node.wholeNumber(in: 0...4095)), node: node)
    case .positionGain:
      positionGain = Located(value: try PositionGain(node), node: node)
    case .slew: slew = Located(value: try node.number("a number above 0") { $0 > 0 }, node: node)
    case .limits: limits = Located(value: try Self.limits(node), node: node)
    case .standing: standing = Located(value: try Self.angle(node), node: node)
    case .resting: resting = Located(value: try Self.angle(node), node: node)
    }
  }

  /// The joint, after its mapping has been read.
  ///
  /// - Parameter isCalibrated: `false` accepts zeros and limits outside one turn of the servo.
  func joint(
    in mapping: SettingsMapping<JointKey>, isCalibrated: Bool
  ) throws(SettingsError) -> Joint {
    func required<Value>(
      _ key: JointKey, _ setting: Located<Value>?
    ) throws(SettingsError) -> Located<Value> {
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

  /// Refuses limits outside the one turn in which the servo counts.
  private static func checkTurn(
    _ limits: ClosedRange<Float>, of servo: ServoCalibration, _ name: Label, _ node: SettingsNode
  ) throws(SettingsError) {
    for limit in [limits.lowerBound, limits.upperBound] {
      let ticks = servo.ticks(radians: limit)
      guard !(0...4095).contains(ticks) else { continue }
      let ends = [servo.radians(ticks: 0), servo.radians(ticks: 4095)].sorted()
      // Rounded inwards, so that the shown limits are possible.
      let least = (Double(ends[0]) * 1000).rounded(.up) / 1000
      let most = (Double(ends[1]) * 1000).rounded(.down) / 1000
      throw node.refused(
        found: "\(limit) for joint \(name), at \(ticks) ticks of its servo",
        expected: "0 to 4095 ticks, one turn: \(least) to \(most) with zero_ticks "
          + "\(servo.zeroTicks)",
        cure: "narrow them, or find zero_ticks again with 'tarsus servo calibrate'")
    }
  }

  private static func direction(_ node: SettingsNode) throws(SettingsError) -> Int {
    guard let value = try? node.wholeNumber(in: -1...1), value != 0 else {
      throw node.refused(expected: "1 or -1")
    }
    return value
  }

  /// Reads an angle, within the same bounds as in a policy file.
  private static func angle(_ node: SettingsNode) throws(SettingsError) -> Float {
    try node.number("an angle from -100 to 100 radians") { (-100...100).contains($0) }
  }

  private static func limits(_ node: SettingsNode) throws(SettingsError) -> ClosedRange<Float> {
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
