internal import RobotDescription
public import SerialLink
internal import WireProtocol

/// Stream of a WitMotion IMU that sends angular rate and quaternion on a line of its own.
public struct ImuStream: ~Copyable {
  private var line: SerialLine
  private var decoder = WitMotionDecoder()
  private var gyro = SIMD3<Float>.zero
  private var gravity = SIMD3<Float>(0, 0, -1)
  private var hasGyro = false
  private var hasGravity = false
  /// Ticks since it answered last; the largest number when it never did.
  private var age = UInt8.max
  /// Summary of the bytes so far.
  private(set) var report: ImuReport

  /// Takes an open port on which the IMU sends.
  public init(port: consuming SerialPort) {
    report = ImuReport(baudRate: port.baudRate)
    line = SerialLine(port: port)
  }

  /// Reads the IMU into a sample; a silent one keeps its last values, with their age.
  ///
  /// A line that fails counts as silence: the servos are on another line, and may answer.
  @_noAllocation
  mutating func read(into sample: inout BusSample, deadlineNanoseconds: UInt64) {
    if hears(by: deadlineNanoseconds) {
      sample.robot.gyro = gyro
      sample.robot.gravity = gravity
      age = 0
    } else if age < .max {
      age += 1
    }
    sample.imuAge = age
  }

  /// Reads all frames that have come, and waits where angular rate or quaternion is missing.
  ///
  /// - Returns: True when both have come.
  @_noAllocation
  private mutating func hears(by deadlineNanoseconds: UInt64) -> Bool {
    hasGyro = false
    hasGravity = false
    line.begin()
    do throws(BusError) {
      // First the bytes at hand, then those still to come.
      while try line.receive(deadlineNanoseconds: 0) > 0 { take() }
      while !(hasGyro && hasGravity) {
        guard try line.receive(deadlineNanoseconds: deadlineNanoseconds) > 0 else { return false }
        take()
      }
      return true
    } catch {
      return false
    }
  }

  @_noAllocation
  private mutating func take() {
    while let byte = line.nextByte() {
      report.byteCount &+= 1
      decoder.push(byte)
      while let frame = decoder.nextFrame() {
        report.add(frame.kind)
        switch frame.kind {
        case .angularRate:
          let values = frame.values
          gyro = SIMD3(values.x, values.y, values.z)
          hasGyro = true
        case .quaternion:
          guard let down = frame.down else { continue }
          gravity = down
          hasGravity = true
        case .acceleration, .angle, .magneticField: break
        }
      }
    }
  }
}
