public import RobotDescription
public import Settings

/// Reads `robot.yaml`, the description of a robot as it stands on the bench.
public enum RobotFile {
  /// The longest file that is read, in bytes.
  public static let byteCountMax = SettingsText.byteCountMax

  /// Reads a robot from a file.
  ///
  /// - Throws: The first fault, with its line.
  public static func load(path: String) throws(RobotFileError) -> Robot {
    try loadSetup(path: path).robot
  }

  /// Reads a robot whose zeros are still to be found: they may put limits outside one turn of a servo.
  ///
  /// - Throws: The first other fault, with its line.
  public static func loadUncalibrated(path: String) throws(RobotFileError) -> Robot {
    try parseSetup(try text(path: path), path: path, isCalibrated: false).robot
  }

  /// Reads a robot from a file, and how it is reached.
  ///
  /// - Throws: The first fault, with its line.
  public static func loadSetup(path: String) throws(RobotFileError) -> RobotSetup {
    try parseSetup(try text(path: path), path: path)
  }

  private static func text(path: String) throws(RobotFileError) -> String {
    try SettingsText.read(path: path, what: "a robot's description")
  }

  /// Reads a robot from the text of a file.
  ///
  /// - Parameter path: The file's name for messages; nothing is read from it.
  /// - Throws: The first fault, with its line.
  public static func parse(_ text: String, path: String) throws(RobotFileError) -> Robot {
    try parseSetup(text, path: path).robot
  }

  /// Reads a robot from the text of a file, and how it is reached.
  ///
  /// - Parameter path: The file's name for messages; nothing is read from it.
  /// - Throws: The first fault, with its line.
  public static func parseSetup(
    _ text: String, path: String
  ) throws(RobotFileError) -> RobotSetup {
    try parseSetup(text, path: path, isCalibrated: true)
  }

  static func parseSetup(
    _ text: String, path: String, isCalibrated: Bool
  ) throws(RobotFileError) -> RobotSetup {
    guard let root = try SettingsText.tree(of: text, path: path) else {
      throw RobotFileError(
        path: path, line: 1, subject: "robot", found: "an empty file",
        expected: "a mapping with the key 'joints'")
    }
    let file = try FileNode(root, key: "robot", path: path).mapping(RobotKey.allCases)
    let rate = try file.required(.controlRateHz).number("a number from 10 to 500") {
      (10...500).contains($0)
    }
    let volts = try file.required(.supplyMinVolts).number("a number from 0 to 65") {
      (0...65).contains($0)
    }
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
      of: file.required(.joints), defaults: defaults, isCalibrated: isCalibrated, to: &robot)
    let bus = try file[.bus].map { (node) throws(RobotFileError) in
      try BusSettings(node.mapping(BusKey.allCases))
    }
    let setup = RobotSetup(robot: robot, bus: bus ?? BusSettings(), gains: gains)
    // Where the file says what is on the line, its gains have to be for that.
    if let servos = setup.bus.lineProtocol.servos { _ = try setup.robot(servos: servos) }
    return setup
  }

  /// Reads from where on the robot is run at less speed, and how hot a servo may become.
  private static func readWarnings(
    _ file: FileMapping<RobotKey>, into robot: inout Robot
  ) throws(RobotFileError) {
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
    of list: FileNode, defaults: JointSettings, isCalibrated: Bool, to robot: inout Robot
  ) throws(RobotFileError) -> [(gain: PositionGain, place: GainPlace)] {
    let nodes = try list.elements(named: "joint", "a list of 1 to \(Robot.jointsMax) joints") {
      !$0.isEmpty
    }
    var lineOfName: [String: Int] = [:]
    var lineOfId: [Int: Int] = [:]
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
      try refuseRepeated(settings.id, among: &lineOfId, Int(joint.servo.id))
      guard robot.append(joint) else {
        throw node.refused(
          found: "\(nodes.count) joints", expected: "at most \(Robot.jointsMax)")
      }
    }
    return gains
  }

  /// Remembers the line of a value that may stand in one joint only.
  private static func refuseRepeated<Value, Key: Hashable>(
    _ setting: Setting<Value>?, among lines: inout [Key: Int], _ key: Key
  ) throws(RobotFileError) {
    guard let node = setting?.node else { return }
    if let line = lines[key] {
      throw node.refused(
        found: "\(node.shown) again", expected: "one that no other joint has",
        cure: "line \(line) has it")
    }
    lines[key] = node.line
  }
}

/// Keys of the file itself.
private enum RobotKey: String, FileKey {
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
