public import RobotDescription
public import Settings

/// Reads `robot.yaml`, the description of a robot as it is built.
public enum RobotFile {
  /// The longest file that is read, in bytes.
  public static let byteCountMax = SettingsText.byteCountMax

  /// Reads a robot from a file.
  ///
  /// - Throws: The first fault, with its line.
  public static func load(path: String) throws(SettingsError) -> Robot {
    try loadSetup(path: path).robot
  }

  /// Reads a robot before calibration: its zeros may put limits outside one turn of a servo.
  ///
  /// - Throws: The first other fault, with its line.
  public static func loadUncalibrated(path: String) throws(SettingsError) -> Robot {
    try parseSetup(try text(path: path), path: path, isCalibrated: false).robot
  }

  /// Reads a robot and its connection from a file.
  ///
  /// - Throws: The first fault, with its line.
  public static func loadSetup(path: String) throws(SettingsError) -> RobotSetup {
    try parseSetup(try text(path: path), path: path)
  }

  /// Reads the text of a robot file.
  public static func text(path: String) throws(SettingsError) -> String {
    try SettingsText.read(path: path, what: "a robot's description")
  }

  /// Reads a robot from the text of a file.
  ///
  /// - Parameter path: The file's name for messages; nothing is read from it.
  /// - Throws: The first fault, with its line.
  public static func parse(_ text: String, path: String) throws(SettingsError) -> Robot {
    try parseSetup(text, path: path).robot
  }

  /// Reads a robot and its connection from the text of a file.
  ///
  /// - Parameter path: The file's name for messages; nothing is read from it.
  /// - Throws: The first fault, with its line.
  public static func parseSetup(
    _ text: String, path: String
  ) throws(SettingsError) -> RobotSetup {
    try parseSetup(text, path: path, isCalibrated: true)
  }

  /// - Parameter isCalibrated: `false` accepts zeros and limits outside one turn of the servo.
  static func parseSetup(
    _ text: String, path: String, isCalibrated: Bool
  ) throws(SettingsError) -> RobotSetup {
    let file = try mapping(of: text, path: path)
    let rate = try file.required(.controlRateHz).number(in: 10...500)
    let volts = try file.required(.supplyMinVolts).number(in: 0...65)
    var robot = Robot(
      body: try file.required(.body).name(),
      controlPeriodMicroseconds: UInt32((1_000_000 / rate).rounded()),
      supplyMinMillivolts: UInt16((volts * 1000).rounded()))
    try readWarnings(file, into: &robot)
    if let node = file[.plausible] {
      robot.plausible = try PlausibleLimits(node.mapping(PlausibleKey.allCases))
    }
    var defaults = JointSettings()
    if let node = file[.defaults] {
      try defaults.read(node.mapping(JointKey.withDefaults))
    }
    let gains = try appendJoints(
      try joints(of: file), defaults: defaults, isCalibrated: isCalibrated, to: &robot)
    let bus = try file[.bus].map { (node) throws(SettingsError) in
      try BusSettings(node.mapping(BusKey.allCases))
    }
    let setup = RobotSetup(robot: robot, bus: bus ?? BusSettings(), gains: gains)
    // When the file names the servos on the line, its gains must be for those servos.
    if let servos = setup.bus.lineProtocol.servos { _ = try setup.robot(servos: servos) }
    return setup
  }

  private static func mapping(
    of text: String, path: String
  ) throws(SettingsError) -> SettingsMapping<RobotKey> {
    guard let root = try SettingsText.root(of: text, path: path, key: "robot") else {
      throw SettingsError(
        path: path, line: 1, subject: "robot", found: "an empty file",
        expected: "a mapping with the key 'joints'")
    }
    return try root.mapping(RobotKey.allCases)
  }

  private static func joints(
    of file: SettingsMapping<RobotKey>
  ) throws(SettingsError) -> [SettingsNode] {
    try file.required(.joints).elements(
      named: "joint", "a list of 1 to \(Robot.jointsMax) joints"
    ) { !$0.isEmpty }
  }

  /// The mappings of the joints of a file.
  static func jointMappings(
    of text: String, path: String
  ) throws(SettingsError) -> [SettingsMapping<JointKey>] {
    try joints(of: mapping(of: text, path: path)).map { (node) throws(SettingsError) in
      try node.mapping(JointKey.allCases)
    }
  }

  /// Reads the supply at which the robot slows down, and the temperatures of its servos.
  private static func readWarnings(
    _ file: SettingsMapping<RobotKey>, into robot: inout Robot
  ) throws(SettingsError) {
    let minVolts = Float(robot.supplyMinMillivolts) / 1000
    if let node = file[.supplyWarningVolts] {
      let volts = try node.number("a number from supply_min_volts to 65") {
        (minVolts...65).contains($0)
      }
      robot.supplyWarningMillivolts = UInt16((volts * 1000).rounded())
    }
    if let node = file[.servoMaxCelsius] {
      robot.servoMaxCelsius = UInt8(try node.wholeNumber(in: 1...120))
    }
    robot.servoWarningCelsius = min(robot.servoWarningCelsius, robot.servoMaxCelsius)
    if let warning = file[.servoWarningCelsius] {
      robot.servoWarningCelsius = UInt8(
        try warning.wholeNumber(in: 1...Int(robot.servoMaxCelsius)))
    }
  }

  /// - Returns: The gains of each joint.
  private static func appendJoints(
    _ nodes: [SettingsNode], defaults: JointSettings, isCalibrated: Bool, to robot: inout Robot
  ) throws(SettingsError) -> [(gain: PositionGain, place: GainPlace)] {
    var lineOfName: [String: Int] = [:]
    var lineOfID: [Int: Int] = [:]
    var gains: [(gain: PositionGain, place: GainPlace)] = []
    for node in nodes {
      var settings = defaults
      let mapping = try node.mapping(JointKey.allCases)
      try settings.read(mapping)
      let joint = try settings.joint(in: mapping, isCalibrated: isCalibrated)
      if let gain = settings.positionGain {
        gains.append((gain.value, GainPlace(path: gain.node.path, line: gain.node.line)))
      }
      try refuseRepeated(settings.name, among: &lineOfName, joint.name.description)
      try refuseRepeated(settings.id, among: &lineOfID, Int(joint.servo.id))
      guard robot.append(joint) else {
        throw node.refused(
          found: "\(nodes.count) joints", expected: "at most \(Robot.jointsMax)")
      }
    }
    return gains
  }

  /// Records the line of a value that only one joint may have.
  private static func refuseRepeated<Value, Key: Hashable>(
    _ value: Located<Value>?, among lines: inout [Key: Int], _ key: Key
  ) throws(SettingsError) {
    guard let node = value?.node else { return }
    if let line = lines[key] {
      throw node.refused(
        found: "\(node.shown) again", expected: "one that no other joint has",
        cure: "line \(line) has it")
    }
    lines[key] = node.line
  }
}

extension SettingsNode {
  /// Reads a name.
  func name() throws(SettingsError) -> Label {
    let expected = "a name of 1 to \(Label.byteCountMax) bytes"
    let text = try text(expected) { !$0.isEmpty }
    guard let label = Label(text) else {
      throw refused(found: "\(shown) of \(text.utf8.count) bytes", expected: expected)
    }
    guard !label.hasControlBytes else {
      throw refused(expected: "\(expected) without control characters")
    }
    return label
  }
}

/// The keys of a robot file.
private enum RobotKey: String, SettingsKey {
  case body
  case controlRateHz = "control_rate_hz"
  case supplyMinVolts = "supply_min_volts"
  case supplyWarningVolts = "supply_warning_volts"
  case servoWarningCelsius = "servo_warning_celsius"
  case servoMaxCelsius = "servo_max_celsius"
  case plausible
  case bus
  case defaults
  case joints
}
