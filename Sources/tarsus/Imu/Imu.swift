internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// `tarsus imu`: shows an IMU and sets it up.
struct Imu: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a WitMotion IMU, and sets it up.",
    discussion: """
      Example:
        tarsus imu set-up --port /dev/ttyUSB1
        tarsus imu monitor --port /dev/ttyUSB1
      """, subcommands: [ImuMonitor.self, ImuSetUp.self])

}

/// The line of an IMU.
struct ImuLineOptions: ParsableArguments {
  @Option(help: "The IMU's port: a device, usb:VENDOR:PRODUCT, or a loopback's link.")
  var port: String

  /// Opens the port; `nil` when it does not support the baud rate.
  func open(baud: Int32) throws -> ImuLink? {
    do {
      return ImuLink(port: try SerialPort(path: port, baudRate: baud, clock: .machine))
    } catch {
      if case .unsupportedBaudRate = error { return nil }
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Calls a function, and adds the port to its errors.
  func naming<Result>(_ body: () throws(BusError) -> Result) throws -> Result {
    do throws(BusError) {
      return try body()
    } catch {
      throw Failure.report("port \(port): \(error)", Failure.failed)
    }
  }
}

extension WitMotionFrame.Kind {
  /// The name of the kind.
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
  /// The kinds of frames that the IMU sends.
  var contents: String {
    let names = frames.keys.sorted { $0.rawValue < $1.rawValue }.map(\.name)
    return (names + (unknownFrames > 0 ? ["others"] : [])).joined(separator: ", ")
  }
}
