internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// `tarsus imu`: looks at the motion sensor of a line of servos and sets it up.
struct Imu: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks at a WitMotion motion sensor, and sets it up.",
    discussion: """
      Example:
        tarsus imu set-up --port /dev/ttyUSB1
        tarsus imu monitor --port /dev/ttyUSB1
      """, subcommands: [ImuMonitor.self, ImuSetUp.self])

}

/// The line of a sensor.
struct ImuLineOptions: ParsableArguments {
  @Option(help: "The sensor's port: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String

  /// Opens the port; `nil` when it has no such speed.
  func open(baud: Int32) throws -> ImuLink? {
    do {
      return ImuLink(port: try SerialPort(path: port, baudRate: baud, clock: .machine))
    } catch {
      if case .unsupportedBaudRate = error { return nil }
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Does something on the line, whose port an error then names.
  func naming<Result>(_ body: () throws(BusError) -> Result) throws -> Result {
    do throws(BusError) {
      return try body()
    } catch {
      throw Failure.report("port \(port): \(error)", Failure.failed)
    }
  }
}

extension WitMotionFrame.Kind {
  /// What it is, in words.
  var name: String {
    switch self {
    case .acceleration: "acceleration"
    case .angularRate: "angular rate"
    case .angle: "angle"
    case .magneticField: "magnetic field"
    case .quaternion: "quaternion"
    }
  }
}

extension ImuLink.Reading {
  /// What the sensor sends, in words.
  var contents: String {
    let names = frames.keys.sorted { $0.rawValue < $1.rawValue }.map(\.name)
    return (names + (unknownFrames > 0 ? ["others"] : [])).joined(separator: ", ")
  }
}
