internal import RobotDescription
public import SerialLink
internal import WireProtocol

/// A WitMotion motion sensor that sends angular rate and quaternion on a line of its own.
public struct ImuStream: ~Copyable {
  private var line: SerialLine
  private var decoder = WitMotionDecoder()
  private var gyro = SIMD3<Float>.zero
  private var gravity = SIMD3<Float>(0, 0, -1)
  private var hasGyro = false
  private var hasGravity = false
  /// Readings since it answered last; the most when it never did.
  private var age = UInt8.max
  /// What has come so far.
  private(set) var report: ImuReport

  /// Takes an open port on which the sensor sends.
  public init(port: consuming SerialPort) {
    report = ImuReport(baudRate: port.baudRate)
    line = SerialLine(port: port)
  }

  /// Reads the IMU into a sample, or keeps the values before and says how old they are.
  ///
  /// A line that fails is silence as well: the servos hang on another, and may be heard.
  @_noAllocation
  mutating func read(into sample: inout BusSample, deadlineNanoseconds: UInt64) {
    do throws(BusError) {
      try read(into: &sample.robot, deadlineNanoseconds: deadlineNanoseconds)
      age = 0
    } catch {
      if age < .max { age += 1 }
    }
    sample.imuAge = age
  }

  /// Takes all that has come; where that has not both numbers, it waits for them.
  ///
  /// - Throws: ``BusError/imuSilent`` when they have not come by the deadline; `sample` is left alone.
  @_noAllocation
  mutating func read(
    into sample: inout RobotSample, deadlineNanoseconds: UInt64
  ) throws(BusError) {
    hasGyro = false
    hasGravity = false
    // First what is there, then what is still to come.
    line.begin()
    while try line.receive(deadlineNanoseconds: 0) > 0 { take() }
    while !(hasGyro && hasGravity) {
      guard try line.receive(deadlineNanoseconds: deadlineNanoseconds) > 0 else {
        throw .imuSilent
      }
      take()
    }
    sample.gyro = gyro
    sample.gravity = gravity
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
