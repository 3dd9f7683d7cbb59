internal import ArgumentParser
internal import RobotDescription

/// `tarsus bench`: measures the robot side.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the timing of bus, inference and ticks.",
    discussion: """
      Example:
        tarsus bench bus --port /dev/ttyUSB0 --protocol feetech --servos 12 --json
      """, subcommands: [BenchBus.self, BenchInference.self, BenchLateness.self])
}

extension Robot {
  /// A robot for measurements, with servo IDs from 1.
  init(benchJointCount: Int, positionGain: UInt16) {
    self.init(body: Label("bench"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 0)
    for index in 0..<benchJointCount {
      _ = append(
        Joint(
          name: Label("joint"),
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: false, zeroTicks: 2048, positionGain: positionGain),
          lowerLimitRadians: -3, upperLimitRadians: 3, standingRadians: 0, restingRadians: 0,
          slewMaxRadiansPerSecond: 8))
    }
  }
}
