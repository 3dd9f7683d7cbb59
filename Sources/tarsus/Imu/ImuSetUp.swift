internal import ArgumentParser
internal import CRealtime
internal import Foundation
internal import ServoDrivers
internal import WireProtocol

/// `tarsus imu set-up`: a motion sensor as a run needs it.
struct ImuSetUp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-up",
    abstract: "Finds a motion sensor, whatever its speed, and sets it up for a run.",
    discussion: """
      A sensor comes with 10 readings a second at 9600 bit/s, and without the quaternion. Afterwards it
      sends angular rate and quaternion 200 times a second at 115 200 bit/s, and keeps that.

      Example:
        tarsus imu set-up --port /dev/ttyUSB1
      """)

  @Option(help: "The sensor's port: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String
  @OptionGroup var consent: Consent

  func run() throws {
    _ = realtimeInstallStopSignals()
    let (found, reading) = try find()
    let hertz = reading.hertz(over: Self.listeningNanoseconds)
    print(String(format: "found at %d bit/s: %.0f Hz, ", found, hertz) + reading.contents)
    if found == Self.baudRate && Self.suits(reading) {
      print("it is set up")
      return
    }
    try consent.ask(
      "set the sensor to send angular rate and quaternion \(Self.hertz) times a second at "
        + "\(Self.baudRate) bit/s")
    try setUp(from: found)
    let after = try listen(at: Self.baudRate)
    guard Self.suits(after) else {
      throw Failure.report(
        "port \(port): the sensor sends \(after.frames.isEmpty ? "nothing" : after.contents), expected "
          + "angular rate and quaternion at \(Self.hertz) Hz; is the port's other wire connected, from "
          + "TX to the sensor's RX?", Failure.failed)
    }
    print("it is set up, and keeps that")
  }

  /// Looks for the sensor at every speed that it may have, those that are likely first.
  private func find() throws -> (baudRate: UInt32, ImuLink.Reading) {
    var hasHeard = false
    for baudRate in Self.baudRates where realtimeStopSignalCount() == 0 {
      let reading = try listen(at: baudRate)
      // One wrong frame in 256 passes for a right one.
      if reading.frames.values.reduce(0, +) > 1 { return (baudRate, reading) }
      hasHeard = hasHeard || reading.byteCount > 0
    }
    throw Failure.report(
      "port \(port): "
        + (hasHeard
          ? "what comes is of no WitMotion sensor at any speed"
          : "nothing comes at any speed; check power and wires"),
      Failure.failed)
  }

  private func listen(at baudRate: UInt32) throws -> ImuLink.Reading {
    var link = try Imu.open(port, baud: baudRate)
    return try Imu.naming(port) { () throws(BusError) in
      try link.listen(nanoseconds: Self.listeningNanoseconds)
    }
  }

  private func setUp(from baudRate: UInt32) throws {
    let settings =
      [
        .contents(Self.contents), .rate(hertz: Self.hertz), .baudRate(Self.baudRate),
      ].compactMap(\.self) as [WitMotionCommand]
    try tell([.unlock] + settings, at: baudRate)
    // It talks at its new speed by now.
    try tell([.unlock, .save], at: Self.baudRate)
  }

  private func tell(_ commands: [WitMotionCommand], at baudRate: UInt32) throws {
    var link = try Imu.open(port, baud: baudRate)
    for command in commands {
      try Imu.naming(port) { () throws(BusError) in try link.tell(command) }
    }
  }

  private static func suits(_ reading: ImuLink.Reading) -> Bool {
    Set(reading.frames.keys) == [.angularRate, .quaternion]
      && reading.hertz(over: listeningNanoseconds) > 0.9 * Double(hertz)
  }

  private static var contents: UInt16 {
    WitMotionFrame.Kind.angularRate.contentBit | WitMotionFrame.Kind.quaternion.contentBit
  }
  private static let hertz = 200
  private static let baudRate: UInt32 = 115_200
  private static let baudRates: [UInt32] = [
    115_200, 9_600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200, 4_800,
  ]
  /// Enough for a few readings of a sensor that sends 5 times a second.
  private static let listeningNanoseconds: UInt64 = 600_000_000
}
