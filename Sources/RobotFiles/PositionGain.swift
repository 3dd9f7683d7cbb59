internal import RobotDescription
internal import Settings
public import WireProtocol

extension ServoFamily {
  /// Register of the gain.
  private var positionGain: ServoRegister { kinds[0][.positionPGain] }

  /// The largest gain that the register takes.
  public var positionGainMax: Int { Int(positionGain.highest) }

  /// The register's name.
  public var positionGainRegister: String { "\(positionGain.name)" }
}

extension BusSettings.LineProtocol {
  /// The servos on such a line; `nil` for a board, which may have any.
  public var servos: ServoFamily? { ServoFamily(rawValue: rawValue) }
}

/// The keys of a gain that is given for each kind of servo.
enum PositionGainKey: String, SettingsKey {
  case dynamixel
  case feetech
}

/// A joint's proportional gain: one number, or one for each kind of servo.
struct PositionGain: Sendable {
  /// The only gain, or the first: policies are trained for it and compared with it.
  let trained: UInt16
  /// The gains of kinds that are named; empty for a number alone.
  private let named: [ServoFamily: UInt16]

  init(_ node: SettingsNode) throws(SettingsError) {
    guard node.isMapping else {
      trained = UInt16(try node.wholeNumber(in: 0...ServoFamily.dynamixel.positionGainMax))
      named = [:]
      return
    }
    let mapping = try node.mapping(PositionGainKey.allCases)
    var gains: [ServoFamily: UInt16] = [:]
    for key in PositionGainKey.allCases {
      guard let value = mapping[key], let kind = ServoFamily(rawValue: key.rawValue) else {
        continue
      }
      gains[kind] = UInt16(try value.wholeNumber(in: 0...kind.positionGainMax))
    }
    guard let first = mapping.keys.first, let kind = ServoFamily(rawValue: first.rawValue),
      let gain = gains[kind]
    else {
      throw node.refused(
        found: "an empty mapping", expected: "a gain for dynamixel, feetech or both")
    }
    trained = gain
    named = gains
  }

  /// The gain of a kind of servo.
  ///
  /// - Parameters:
  ///   - isForKind: True when a number alone is for this kind.
  ///   - place: The place in the file, for the error.
  func gain(
    of kind: ServoFamily, isForKind: Bool, at place: GainPlace
  ) throws(SettingsError) -> UInt16 {
    if let gain = named[kind] { return gain }
    let cure = "give it for each kind of servo: position_gain: { dynamixel: 800, feetech: 32 }"
    guard named.isEmpty else {
      throw place.refused(
        found: "none for \(kind.rawValue) servos", expected: "one", cure: "add '\(kind.rawValue)'")
    }
    guard isForKind else {
      throw place.refused(
        found: "\(trained) for whichever servos 'bus' has",
        expected: "a gain for \(kind.rawValue) servos", cure: cure)
    }
    guard Int(trained) <= kind.positionGainMax else {
      throw place.refused(
        found: "\(trained)",
        expected: "a whole number from 0 to \(kind.positionGainMax), which "
          + "\(kind.positionGainRegister) of \(kind.rawValue) servos holds", cure: cure)
    }
    return trained
  }
}

/// The place of a gain in a file.
struct GainPlace: Sendable {
  let path: String
  let line: Int

  func refused(found: String, expected: String, cure: String) -> SettingsError {
    SettingsError(
      path: path, line: line, subject: JointKey.positionGain.rawValue, found: found,
      expected: expected, cure: cure)
  }
}
