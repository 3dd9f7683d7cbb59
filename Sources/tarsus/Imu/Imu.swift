internal import ArgumentParser
internal import Foundation
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

  /// Opens the port of a sensor.
  static func open(_ port: String, baud: UInt32) throws -> ImuLink {
    do {
      return ImuLink(port: try SerialPort(path: port, baudRate: Int32(baud)))
    } catch {
      throw Failure.report(error, Failure.failed)
    }
  }

  /// Does something on the line of a sensor, whose port an error then names.
  static func naming<Result>(
    _ port: String, _ body: () throws(BusError) -> Result
  ) throws -> Result {
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
    frames.keys.sorted { $0.rawValue < $1.rawValue }.map(\.name).joined(separator: ", ")
  }
}
