internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import RobotDescription
internal import RobotFiles
internal import ServoDrivers
internal import Settings
internal import WireProtocol

/// `tarsus servo check`: compares the settings of the servos with those that a walk needs.
struct ServoCheck: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares the settings of the servos with those that a walk needs.",
    discussion: """
      It shows each wrong setting, and what 'tarsus run' does about it; --all shows the right ones
      as well. It writes only with --fix, which asks first. It ends with 1 when a servo is missing,
      or a run would refuse.

      Example:
        tarsus servo check --robot robot.yaml --port /dev/ttyUSB0 --protocol feetech
        tarsus servo check --robot robot.yaml --port /dev/ttyACM0 --protocol feetech \\
          --behind-board --fix
      """)

  @Option(help: "The robot file.")
  var robot: String
  @OptionGroup var line: ServoLineOptions
  @Flag(help: "Show the right settings as well.")
  var all = false
  @Flag(help: "Correct wrong settings.")
  var fix = false
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let robot = try robot(for: kind)
    var link: Link = try line.open()
    var report = try look(at: robot, &link)
    if fix && report.findings.contains(where: { !$0.isGood }) {
      try mend(report, robot, &link)
      report = try look(at: robot, &link)
    }
    if line.json {
      try Report.print(json: report.rows)
    } else {
      try Report.print(report.text(all: all))
    }
    if !report.isFit { throw Failure.failed }
  }

  /// The robot with the gains of the servos on the line.
  private func robot<Link: ServoLink & ~Copyable>(for kind: Link.Type) throws -> Robot {
    do throws(SettingsError) {
      return try RobotFile.loadSetup(path: robot).robot(
        servos: Link.family, isBehindBoard: line.behindBoard)
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
  }

  private func look<Link: ServoLink & ~Copyable>(
    at robot: Robot, _ link: inout Link
  ) throws -> ServoCheckReport {
    var report = ServoCheckReport(isBehindBoard: line.behindBoard)
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      do throws(ServoRequestError) {
        report.findings += try link.check(joint, of: robot)
      } catch {
        if case .bus = error { throw line.failure(joint.servo.id, error) }
        report.problems.append((ServoName(joint), "\(error)"))
      }
    }
    return report
  }

  /// Corrects wrong settings, after a question.
  private func mend<Link: ServoLink & ~Copyable>(
    _ report: ServoCheckReport, _ robot: Robot, _ link: inout Link
  ) throws {
    let wrong = report.findings.filter { !$0.isGood }
    let ids = Set(wrong.map(\.servo.id))
    for id in ids.sorted() { try line.checkTorqueOff(id, on: &link) }
    if !consent.yes { try Report.print(report.text(all: false)) }
    try consent.ask("set \(wrong.count) settings of \(ids.count) servos")
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      try line.naming(joint.servo.id) { () throws(ServoRequestError) in
        try link.mend(wrong.filter { $0.servo.id == joint.servo.id }, joint, of: robot) {
          note(
            "\($0.servo): \($0.register.name) was \($0.foundText), set to "
              + $0.register.text($0.replacement))
        }
      }
    }
    if wrong.contains(where: { $0.movesZero }) {
      note("zeros have moved: find them again with 'tarsus servo calibrate'")
    }
  }
}

/// The settings that were found in the servos of a robot.
private struct ServoCheckReport {
  let isBehindBoard: Bool
  var findings: [ServoFinding] = []
  /// Servos that could not be read.
  var problems: [(servo: ServoName, problem: String)] = []

  /// True when a run would not refuse.
  var isFit: Bool {
    problems.isEmpty && findings.allSatisfy { $0.isGood || $0.setting.remedy != .refuse }
  }

  var rows: [ServoCheckRow] {
    problems.map { ServoCheckRow($0.servo, problem: $0.problem) }
      + findings.map { ServoCheckRow($0, isBehindBoard: isBehindBoard) }
  }

  func text(all: Bool) -> String {
    let wrong = findings.count { !$0.isGood }
    let shown = rows.filter { all || !$0.isGood }
    var text = ""
    if !shown.isEmpty {
      text = "\(Table(rows: [ServoCheckRow.heading] + shown.map(\.cells)))\n"
    }
    for finding in findings where !finding.isGood && finding.setting.remedy == .refuse {
      text += "\(finding)\n"
    }
    let servos = Set(findings.map(\.servo.id)).count
    return text + "\(servos) servos, \(findings.count) settings: "
      + (wrong == 0 ? "all as they should be" : "\(wrong) not as they should be")
      + (problems.isEmpty ? "" : "; \(problems.count) servos could not be read")
  }
}

private struct ServoCheckRow: Encodable {
  let joint: String
  let id: UInt8
  var register: String?
  var found: Int32?
  var foundText: String?
  var expected: String?
  let verdict: String
  let isGood: Bool

  init(_ servo: ServoName, problem: String) {
    joint = servo.joint
    id = servo.id
    verdict = problem
    isGood = false
  }

  init(_ finding: ServoFinding, isBehindBoard: Bool) {
    joint = finding.servo.joint
    id = finding.servo.id
    register = "\(finding.register.name)"
    found = finding.found
    foundText = finding.foundText
    expected = finding.expectedText
    isGood = finding.isGood
    verdict =
      switch finding.setting.remedy {
      case _ where finding.isGood: "good"
      case .setByBoard where isBehindBoard: "the board sets it"
      case .set, .setByBoard: "a run sets it"
      case .refuse: "a run refuses"
      }
  }

  static let heading = ["joint", "id", "register", "found", "expected", "verdict"]

  var cells: [String] {
    [joint, "\(id)", register ?? "", foundText ?? "", expected ?? "", verdict]
  }
}
