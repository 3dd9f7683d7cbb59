internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription
internal import RobotFiles
internal import ServoDrivers
internal import Settings
internal import WireProtocol

/// `tarsus servo calibrate`: finds the zeros of the joints.
struct ServoCalibrate: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Finds zeros and directions of the servos, and writes them into the robot file.",
    discussion: """
      It switches torque off, waits until you have put the robot into the pose of the robot file,
      and computes the joints' zeros from there. With --directions it then asks you to turn each
      joint by hand in its positive direction. The file keeps its comments.

      Example:
        tarsus servo calibrate robot.yaml --port /dev/ttyUSB0 --protocol feetech --directions
      """)

  /// A pose of the robot file.
  enum Pose: String, ExpressibleByArgument, CaseIterable {
    case standing
    case resting
  }

  @Argument(help: "The robot file, which is changed.")
  var robot: String
  @OptionGroup var line: ServoLineOptions
  @Option(help: "The pose that you put the robot into: standing or resting.")
  var pose: Pose = .standing
  @Flag(help: "Also find the direction of each servo.")
  var directions = false
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let text: String
    let robot: Robot
    do {
      robot = try RobotFile.loadUncalibrated(path: self.robot)
      text = try RobotFile.text(path: self.robot)
    } catch {
      throw Failure.report(error, Failure.wrongUse)
    }
    try checkEditable(robot, text)
    var link: Link = try line.open()
    try checkModes(robot, &link)
    try switchTorqueOff(robot, &link)
    try waitFor("put every joint into the \(pose.rawValue) pose and press Enter")
    let ticks = try positions(robot, &link)
    let calibrations = try (0..<robot.jointCount).map { index in
      try calibration(robot[joint: index], ticks: ticks[index], &link)
    }
    try write(calibrations, robot)
  }

  /// Checks before the work by hand whether the file can be edited.
  private func checkEditable(_ robot: Robot, _ text: String) throws {
    let others = (0..<robot.jointCount).map { index in
      let joint = robot[joint: index]
      return JointCalibration(
        name: joint.name, zeroTicks: joint.servo.zeroTicks == 0 ? 1 : 0,
        isReversed: !joint.servo.isReversed)
    }
    _ = try edited(text, others)
  }

  private func edited(_ text: String, _ calibrations: [JointCalibration]) throws -> String {
    do {
      return try RobotFile.text(text, path: robot, calibratedBy: calibrations)
    } catch {
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Refuses a servo with other settings of its position than in a run, which would be measured
  /// wrongly.
  private func checkModes<Link: ServoLink & ~Copyable>(_ robot: Robot, _ link: inout Link) throws {
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      let misfits = try line.naming(joint.servo.id) { () throws(ServoRequestError) in
        try link.misfits(of: joint, robot: robot)
      }
      guard let first = misfits.first else { continue }
      throw Failure.report(
        "\(first.servo): found \(first.register.name) \(first.found), expected "
          + "\(first.replacement), as in a run; set it with 'tarsus servo write \(joint.servo.id) "
          + "\(first.register.name) \(first.replacement)'", Failure.failed)
    }
  }

  /// Asks before torque is switched off, and checks that all servos answer.
  private func switchTorqueOff<Link: ServoLink & ~Copyable>(_ robot: Robot, _ link: inout Link)
    throws
  {
    let torque = Link.kind[.torqueEnable]
    var holding: [UInt8] = []
    for index in 0..<robot.jointCount {
      let id = robot[joint: index].servo.id
      if try line.naming(id, { () throws(ServoRequestError) in try link.read(torque, of: id) != 0 })
      {
        holding.append(id)
      }
    }
    guard !holding.isEmpty else { return }
    // --yes is about writing: a standing robot must not fall without a question.
    guard Consent.canAsk else {
      throw Failure.report(
        "\(holding.count) servos hold, and there is nobody to ask whether the robot may sink down: "
          + "standard input is not a terminal", Failure.refused)
    }
    try Consent.confirm("\(holding.count) servos hold: switch torque off, so that the robot sinks")
    for id in holding {
      try line.naming(id) { () throws(ServoRequestError) in try link.write(0, to: torque, of: id) }
    }
  }

  private func waitFor(_ what: String) throws {
    guard Consent.canAsk else {
      if consent.yes { return }
      throw Failure.report(
        "nobody to \(what), since standard input is not a terminal; do it and use --yes",
        Failure.wrongUse)
    }
    note(what)
    guard readLine() != nil, !StopSignals.isStopping else {
      throw Failure.report("nothing was written", Failure.failed)
    }
  }

  private func positions<Link: ServoLink & ~Copyable>(
    _ robot: Robot, _ link: inout Link
  ) throws -> [Int16] {
    try (0..<robot.jointCount).map { Int16(clamping: try position(robot[joint: $0], &link)) }
  }

  private func calibration<Link: ServoLink & ~Copyable>(
    _ joint: Joint, ticks: Int16, _ link: inout Link
  ) throws -> JointCalibration {
    var servo = joint.servo
    if directions { servo.isReversed = try isReversed(joint, &link) }
    let angle = pose == .standing ? joint.standingRadians : joint.restingRadians
    servo.zeroTicks = 0
    let zero = Int32(ticks) - Int32(servo.ticks(radians: angle))
    guard (0...4095).contains(zero) else {
      throw Failure.report(
        "\(joint.name): found its zero at \(zero) ticks, expected 0 to 4095; mount the horn so "
          + "that the servo stands near its middle in this pose", Failure.failed)
    }
    servo.zeroTicks = Int16(zero)
    for limit in [joint.lowerLimitRadians, joint.upperLimitRadians]
    where !(0...4095).contains(servo.ticks(radians: limit)) {
      throw Failure.report(
        "\(joint.name): its limit of \(limit) rad would be at \(servo.ticks(radians: limit)) "
          + "ticks, expected 0 to 4095, one turn of the servo; mount the horn "
          + "otherwise", Failure.failed)
    }
    return JointCalibration(
      name: joint.name, zeroTicks: Int16(zero), isReversed: servo.isReversed)
  }

  /// Waits until the user turns a joint by hand.
  private func isReversed<Link: ServoLink & ~Copyable>(
    _ joint: Joint, _ link: inout Link
  ) throws -> Bool {
    // Another joint may have moved while one was turned, so each starts at its present position.
    let start = try position(joint, &link)
    note("turn \(joint.name) in its positive direction")
    while !StopSignals.isStopping {
      let turned = try position(joint, &link) - start
      if abs(turned) >= Self.turnedTicksMin { return turned < 0 }
      MonotonicClock.machine.sleep(until: MonotonicClock.machine.nowNanoseconds + 50_000_000)
    }
    throw Failure.report("nothing was written", Failure.failed)
  }

  private func position<Link: ServoLink & ~Copyable>(
    _ joint: Joint, _ link: inout Link
  ) throws -> Int {
    Int(
      try line.naming(joint.servo.id) { () throws(ServoRequestError) in
        try link.read(Link.vitals.position, of: joint.servo.id)
      })
  }

  private func write(_ calibrations: [JointCalibration], _ robot: Robot) throws {
    for (index, found) in calibrations.enumerated() {
      let before = robot[joint: index].servo
      try Report.print(
        "\(found.name): zero_ticks \(before.zeroTicks) -> \(found.zeroTicks), direction "
          + "\(before.isReversed ? -1 : 1) -> \(found.isReversed ? -1 : 1)")
    }
    try consent.ask("write this into \(self.robot)")
    // Read again, since the file may have been changed meanwhile.
    do {
      let text = try RobotFile.text(path: self.robot)
      try OutputFile.replace(self.robot, with: Array(try edited(text, calibrations).utf8))
    } catch let error as SettingsError {
      throw Failure.report(error, Failure.failed)
    } catch let error as FileError {
      throw Failure.report(
        "\(self.robot): cannot be written, the old zeros stay: \(error.problem)", Failure.failed)
    }
  }

  /// The smallest turn by hand that counts: about 11°.
  private static let turnedTicksMin = 128
}
