internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers
internal import WireProtocol

/// `tarsus imu set-up`: sets an IMU up for a run.
struct ImuSetUp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-up",
    abstract: "Finds an IMU at any baud rate, and sets it up for a run.",
    discussion: """
      A new IMU sends 10 readings a second at 9600 bit/s, without the quaternion. Afterwards it
      sends angular rate and quaternion 200 times a second at 115 200 bit/s, and saves these
      settings. An IMU that sends less than once a second is not found.

      Example:
        tarsus imu set-up --port /dev/ttyUSB1
      """)

  @OptionGroup var line: ImuLineOptions
  @OptionGroup var consent: Consent

  func run() throws {
    StopSignals.install()
    let (baud, reading) = try find()
    try Report.print("found at \(baud) bit/s: \(Self.text(reading))")
    if baud == Self.baud && Self.suits(reading) {
      try Report.print("it is set up")
      return
    }
    try consent.ask(
      "set the IMU to send angular rate and quaternion \(Self.hertz) times a second at "
        + "\(Self.baud) bit/s")
    let settings =
      [
        .contents(Self.contents), .rate(hertz: Self.hertz), .baudRate(UInt32(Self.baud)),
      ].compactMap(\.self) as [WitMotionCommand]
    try tell([.unlock] + settings, at: baud)
    // It sends at its new baud rate now. Settings that do not suit are not saved.
    let after = try listen(at: Self.baud)
    guard let after, Self.suits(after) else {
      throw Failure.report(
        "port \(line.port): found \(after.map(Self.text) ?? "no such baud rate") at \(Self.baud) "
          + "bit/s, expected angular rate, quaternion at \(Self.hertz) Hz; if nothing has changed, "
          + "connect the port's TX to the IMU's RX; switch it off and on to restore its settings",
        Failure.failed)
    }
    try tell([.unlock, .save], at: Self.baud)
    try Report.print("it is set up, and was told to save that")
  }

  /// Searches for the IMU at all baud rates, the likely ones first.
  private func find() throws -> (baud: Int32, ImuLink.Reading) {
    var hasHeard = false
    var missing: [String] = []
    for baud in Self.bauds {
      guard let reading = try listen(at: baud) else {
        missing.append("\(baud)")
        continue
      }
      guard !StopSignals.isStopping else {
        throw Failure.report("nothing was written", Failure.failed)
      }
      // One invalid frame in 256 has a right checksum.
      if reading.frames.values.reduce(reading.unknownFrames, +) > 1 { return (baud, reading) }
      hasHeard = hasHeard || reading.byteCount > 0
    }
    let found = hasHeard ? "nothing readable" : "nothing"
    let untried =
      missing.isEmpty ? "" : " (the port does not support \(missing.joined(separator: ", ")))"
    throw Failure.report(
      "port \(line.port): found \(found) at any baud rate\(untried), expected the frames of a "
        + "WitMotion IMU; check power, wires and port", Failure.failed)
  }

  /// Listens at a baud rate; `nil` when the port does not support it.
  private func listen(at baud: Int32) throws -> ImuLink.Reading? {
    guard var link = try line.open(baud: baud) else { return nil }
    return try line.naming { () throws(BusError) in
      try link.listen(nanoseconds: Self.listeningNanoseconds)
    }
  }

  private func tell(_ commands: [WitMotionCommand], at baud: Int32) throws {
    guard var link = try line.open(baud: baud) else { return }
    for command in commands {
      try line.naming { () throws(BusError) in try link.tell(command) }
    }
  }

  private static func text(_ reading: ImuLink.Reading) -> String {
    guard !reading.frames.isEmpty || reading.unknownFrames > 0 else { return "nothing" }
    return String(format: "%.0f Hz, ", reading.hertz(over: listeningNanoseconds))
      + reading.contents
  }

  private static func suits(_ reading: ImuLink.Reading) -> Bool {
    // The next lower rate is 100 Hz, and a busy machine may lose frames.
    Set(reading.frames.keys) == [.angularRate, .quaternion] && reading.unknownFrames == 0
      && reading.hertz(over: listeningNanoseconds) > 120
  }

  private static var contents: UInt16 {
    WitMotionFrame.Kind.angularRate.contentBit | WitMotionFrame.Kind.quaternion.contentBit
  }
  private static let hertz = 200
  private static let baud: Int32 = 115_200
  private static let bauds: [Int32] = [
    115_200, 9_600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200, 4_800,
  ]
  /// The time to listen: enough for two frames of an IMU that sends once a second.
  private static let listeningNanoseconds: UInt64 = 1_100_000_000
}
