internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription
internal import RobotFiles
internal import SerialLink
internal import ServoDrivers
internal import WireProtocol

/// `tarsus bench bus`: times exchanges with servos against the time of their bytes on the wire.
struct BenchBus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bus",
    abstract: "Times exchanges with a line of servos against the time of their bytes on the wire.",
    discussion: """
      An exchange reads all servos and writes all goals; the next follows without a pause. The
      servos have the IDs 1, 2, 3 and so on. They do not move: their torque has to be off. --yes
      first sets them up as for a run, with the factory's gains, which their EEPROM keeps.

      Example:
        tarsus-lab loopback spider --protocol dynamixel --baud 2000000 --link servo.port &
        tarsus bench bus --port servo.port --protocol dynamixel --baud 2000000 --servos 12 --yes
      """)

  @OptionGroup var line: ServoLineOptions
  @Option(help: "Servos on the line.")
  var servos: Int = 12
  @Option(help: "Exchanges to time.")
  var exchanges: Int = 1_000
  @Flag(help: "Set the servos up: torque off, no return delay, position mode.")
  var yes = false

  func validate() throws {
    if line.behindBoard {
      throw ValidationError("--behind-board: it is a line of servos that is timed; leave it out")
    }
    try Failure.check("--servos", servos, in: 1...Robot.jointsMax)
    if exchanges < 1 {
      throw ValidationError("--exchanges: found \(exchanges), expected 1 or more")
    }
  }

  func run() throws {
    let family = line.lineProtocol.servos ?? .dynamixel
    let robot = Robot(
      benchJointCount: servos,
      positionGain: UInt16(family.kinds[0][.positionPGain].initialValue))
    let serial: SerialPort
    do {
      serial = try SerialPort(path: line.port, baudRate: line.baud, clock: .machine)
    } catch {
      throw Failure.report(error, Failure.failed)
    }
    _ = RealtimeMeans.take(cpu: nil)
    do {
      let figures =
        switch family {
        case .dynamixel: try time(DynamixelBus(port: serial, imu: nil, robot: robot), family)
        case .feetech: try time(FeetechBus(port: serial, imu: nil, robot: robot), family)
        }
      try line.output.print(figures)
    } catch let error as ServoConnectError {
      throw Failure.report("port \(line.port): \(error)", Failure.failed)
    } catch let error as BusError {
      throw Failure.report("port \(line.port): \(error)", Failure.failed)
    }
  }

  /// Refuses to time servos whose settings differ from those of a run.
  private func prepare(_ fixes: [ServoFix]) throws {
    guard !yes, let first = fixes.first else { return }
    throw Failure.report(
      "\(fixes.count) settings differ from those of a run, first \(first.register.name) of a "
        + "servo: found \(first.register.text(first.found)), expected "
        + "\(first.register.text(first.set)); set them with --yes",
      Failure.failed)
  }

  private func time<Bus: DirectServoBus & ~Copyable>(
    _ bus: consuming Bus, _ family: ServoFamily
  ) throws -> BusFigures {
    var bus = bus
    try prepare(try bus.connect(setsUp: yes))
    var sample = BusSample()
    var microseconds: [Double] = []
    microseconds.reserveCapacity(exchanges)
    var missed = 0
    for _ in 0..<exchanges {
      let start = MonotonicClock.machine.nowNanoseconds
      do throws(BusError) {
        try bus.read(into: &sample, deadlineNanoseconds: start + 200_000_000)
        try bus.write(sample.robot.jointAngles, deadlineNanoseconds: start + 200_000_000)
      } catch {
        guard case .silent = error else { throw error }
        missed += 1
        continue
      }
      let end = MonotonicClock.machine.nowNanoseconds
      microseconds.append(Double(MonotonicClock.nanoseconds(from: start, to: end)) / 1e3)
    }
    guard !microseconds.isEmpty else { throw BusError.silent }
    let times = Percentiles(microseconds)
    let wireByteCount = family.kinds[0].tick.wireByteCount(servoCount: servos)
    let wire = Double(wireByteCount) * 10 / Double(line.baud) * 1e6
    return BusFigures(
      protocol: line.lineProtocol.rawValue, baud: Int(line.baud), servos: servos,
      exchanges: exchanges, missed: missed, wireMicroseconds: wire,
      medianMicroseconds: times.p50, p99Microseconds: times.p99, ratio: times.p50 / wire)
  }
}

/// Figures that `bench bus` prints.
private struct BusFigures: Figures {
  let `protocol`: String
  let baud: Int
  let servos: Int
  let exchanges: Int
  let missed: Int
  let wireMicroseconds: Double
  let medianMicroseconds: Double
  let p99Microseconds: Double
  /// Median of the exchange ÷ its time on the wire.
  let ratio: Double

  var text: String {
    String(
      format:
        "%d servos at %d baud: median %.0f µs, p99 %.0f µs; on the wire %.0f µs: %.2f × "
        + "(%d missed)",
      servos, baud, medianMicroseconds, p99Microseconds, wireMicroseconds, ratio, missed)
  }
}
