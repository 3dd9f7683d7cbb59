public import RobotDescription
public import Settings
internal import Yams

/// Where a joint's zero is and which way its servo turns, as calibration found it.
public struct JointCalibration: Equatable, Sendable {
  /// The joint.
  public var name: Label
  /// Ticks at which its angle is zero.
  public var zeroTicks: Int16
  /// Whether its servo's positive direction is its negative one.
  public var isReversed: Bool

  /// Describes a joint's mounting.
  public init(name: Label, zeroTicks: Int16, isReversed: Bool) {
    self.name = name
    self.zeroTicks = zeroTicks
    self.isReversed = isReversed
  }
}

extension RobotFile {
  /// The text of a file with other zeros and directions; all else stays, comments included.
  ///
  /// - Parameters:
  ///   - path: The file's name for messages; nothing is read from it.
  ///   - calibrations: Joints that are not among them stay as they are.
  /// - Throws: The file's first fault, or that it is written in a way that cannot be changed.
  public static func text(
    _ text: String, path: String, calibratedBy calibrations: [JointCalibration]
  ) throws(RobotFileError) -> String {
    let robot = try parseSetup(text, path: path, isCalibrated: false).robot
    let tree = try SettingsText.tree(of: text, path: path)
    var wanted: [Joint] = []
    var edit = TextEdit(text)
    for index in 0..<robot.jointCount {
      var joint = robot[joint: index]
      defer { wanted.append(joint) }
      guard let calibration = calibrations.first(where: { $0.name == joint.name }) else { continue }
      let node = tree?["joints"]?[index]
      if joint.servo.zeroTicks != calibration.zeroTicks {
        edit.set(.zeroTicks, to: "\(calibration.zeroTicks)", in: node)
      }
      if joint.servo.isReversed != calibration.isReversed {
        edit.set(.direction, to: calibration.isReversed ? "-1" : "1", in: node)
      }
      joint.servo.zeroTicks = calibration.zeroTicks
      joint.servo.isReversed = calibration.isReversed
    }
    let edited = edit.text
    let written = try parseSetup(edited, path: path, isCalibrated: false).robot
    guard (0..<written.jointCount).map({ written[joint: $0] }) == wanted else {
      throw RobotFileError(
        path: path, line: nil, subject: "joints",
        found: "aliases, or a form that cannot be changed",
        expected: "a list of mappings with 'id' in each",
        cure: "write zero_ticks and direction into the joints by hand")
    }
    return edited
  }
}

/// Changes of a text at places that are told before any is made.
private struct TextEdit {
  private var lines: [[Unicode.Scalar]]
  /// What comes in the place of some characters, by line and column from 0.
  private var changes: [(line: Int, column: Int, count: Int, text: String)] = []

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Array($0) }
  }

  /// The text with all changes.
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

  /// Sets a number of a joint: in its place, or behind the joint's `id`.
  mutating func set(_ key: JointKey, to number: String, in joint: Node?) {
    guard case .mapping(let mapping)? = joint else { return }
    if let mark = mapping[Node(key.rawValue)]?.mark {
      guard let (line, column) = place(mark) else { return }
      changes.append((line, column, numberCount(line, column), number))
      return
    }
    guard let name = mapping.first(where: { $0.key.string == JointKey.id.rawValue }),
      let mark = name.value.mark, let keyMark = name.key.mark
    else { return }
    guard let (line, column) = place(mark) else { return }
    if isInBraces(mapping) {
      changes.append(
        (line, column + numberCount(line, column), 0, ", \(key.rawValue): \(number)"))
    } else {
      let indent = String(repeating: " ", count: keyMark.column - 1)
      changes.append((line, lines[line].count, 0, "\n\(indent)\(key.rawValue): \(number)"))
    }
  }

  /// Line and column from 0; `nil` beyond the text, whose lines YAML may count in another way.
  private func place(_ mark: Mark) -> (line: Int, column: Int)? {
    let (line, column) = (mark.line - 1, mark.column - 1)
    guard lines.indices.contains(line), (0...lines[line].count).contains(column) else { return nil }
    return (line, column)
  }

  /// Whether a mapping is written in braces, which Yams does not say; an anchor may come first.
  private func isInBraces(_ mapping: Node.Mapping) -> Bool {
    guard let (line, column) = mapping.mark.flatMap(place) else { return false }
    var rest = lines[line].dropFirst(column)
    if rest.first == "&" { rest = rest.drop { $0 != " " }.drop { $0 == " " } }
    return rest.first == "{"
  }

  /// Characters of the number that stands at a place.
  private func numberCount(_ line: Int, _ column: Int) -> Int {
    guard lines.indices.contains(line) else { return 0 }
    return lines[line].dropFirst(column).prefix { "+-0123456789".unicodeScalars.contains($0) }.count
  }
}
