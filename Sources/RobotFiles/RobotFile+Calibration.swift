public import RobotDescription
public import Settings

/// The zero and the direction of a joint's servo, as calibration found them.
public struct JointCalibration: Equatable, Sendable {
  /// The joint.
  public var name: Label
  /// Ticks at which the joint's angle is zero.
  public var zeroTicks: Int16
  /// True when the servo's positive direction is the joint's negative one.
  public var isReversed: Bool

  /// Describes a joint's mounting.
  public init(name: Label, zeroTicks: Int16, isReversed: Bool) {
    self.name = name
    self.zeroTicks = zeroTicks
    self.isReversed = isReversed
  }
}

extension RobotFile {
  /// The text of a file with new zeros and directions; everything else stays, comments included.
  ///
  /// - Parameters:
  ///   - path: The file's name for messages; nothing is read from it.
  ///   - calibrations: A joint that is not among them stays unchanged.
  /// - Throws: The file's first fault, or that the file is written in a form that cannot be edited.
  public static func text(
    _ text: String, path: String, calibratedBy calibrations: [JointCalibration]
  ) throws(SettingsError) -> String {
    let robot = try parseSetup(text, path: path, isCalibrated: false).robot
    let joints = try jointMappings(of: text, path: path)
    var wanted: [Joint] = []
    var edit = TextEdit(text)
    for index in 0..<robot.jointCount {
      var joint = robot[joint: index]
      defer { wanted.append(joint) }
      guard let calibration = calibrations.first(where: { $0.name == joint.name }) else { continue }
      if joint.servo.zeroTicks != calibration.zeroTicks {
        edit.set(.zeroTicks, to: "\(calibration.zeroTicks)", in: joints[index])
      }
      if joint.servo.isReversed != calibration.isReversed {
        edit.set(.direction, to: calibration.isReversed ? "-1" : "1", in: joints[index])
      }
      joint.servo.zeroTicks = calibration.zeroTicks
      joint.servo.isReversed = calibration.isReversed
    }
    let edited = edit.text
    let written = try parseSetup(edited, path: path, isCalibrated: false).robot
    guard (0..<written.jointCount).map({ written[joint: $0] }) == wanted else {
      throw SettingsError(
        path: path, line: nil, subject: "joints",
        found: "aliases, or a form that cannot be changed",
        expected: "a list of mappings with 'id' in each",
        cure: "write zero_ticks and direction into the joints by hand")
    }
    return edited
  }
}

/// Edits of a text, collected first and made together.
private struct TextEdit {
  private var lines: [[Unicode.Scalar]]
  /// Replacements of some characters, by line and column from 0.
  private var changes: [(line: Int, column: Int, count: Int, text: String)] = []

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Array($0) }
  }

  /// The text with all edits.
  var text: String {
    var lines = lines
    let ordered = changes.sorted { ($0.line, $0.column) > ($1.line, $1.column) }
    for change in ordered {
      lines[change.line].replaceSubrange(
        change.column..<(change.column + change.count), with: Array(change.text.unicodeScalars))
    }
    var text = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
      if index > 0 { text.append("\n") }
      text.append(contentsOf: line)
    }
    return String(text)
  }

  /// Sets a number of a joint: in place, or after the joint's `id`.
  mutating func set(_ key: JointKey, to number: String, in joint: SettingsMapping<JointKey>) {
    if let value = joint[key] {
      guard let (line, column) = place(value) else { return }
      changes.append((line, column, numberCount(line, column), number))
      return
    }
    guard let id = joint[.id], let idKey = joint.keyNode(.id), let (line, column) = place(id) else {
      return
    }
    if isInBraces(joint.node) {
      changes.append(
        (line, column + numberCount(line, column), 0, ", \(key.rawValue): \(number)"))
    } else {
      let indent = String(repeating: " ", count: idKey.column - 1)
      changes.append((line, lines[line].count, 0, "\n\(indent)\(key.rawValue): \(number)"))
    }
  }

  /// Line and column from 0; `nil` beyond the text, whose lines YAML may count differently.
  private func place(_ node: SettingsNode) -> (line: Int, column: Int)? {
    let (line, column) = (node.line - 1, node.column - 1)
    guard lines.indices.contains(line), (0...lines[line].count).contains(column) else { return nil }
    return (line, column)
  }

  /// True for a mapping in braces, which Yams does not tell; an anchor may come first.
  private func isInBraces(_ mapping: SettingsNode) -> Bool {
    guard let (line, column) = place(mapping) else { return false }
    var rest = lines[line].dropFirst(column)
    if rest.first == "&" { rest = rest.drop { $0 != " " }.drop { $0 == " " } }
    return rest.first == "{"
  }

  /// The number of characters of the number at a place.
  private func numberCount(_ line: Int, _ column: Int) -> Int {
    guard lines.indices.contains(line) else { return 0 }
    return lines[line].dropFirst(column).prefix { "+-0123456789".unicodeScalars.contains($0) }.count
  }
}
