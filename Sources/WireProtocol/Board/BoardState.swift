/// Payload of `state`: the board, its joints and its IMU at one time.
public struct BoardState: Equatable, Sendable {
  /// Time since the board's start at the answer.
  public var timeMicroseconds: UInt64
  /// Flags of the board's mode.
  public var flags: BoardFlags
  /// Fault bits.
  public var faults: BoardFaults
  /// Frames from the host that were damaged or of another version; it wraps.
  public var badFrameCount: UInt16
  /// Measurements.
  public var sample: BoardSample

  static var fixedByteCount: Int { @_noAllocation get { 28 } }

  @_noAllocation
  static func payloadByteCount(jointCount: Int) -> Int { fixedByteCount + 4 * jointCount }

  /// Makes a state from its fields.
  @_noAllocation
  public init(
    timeMicroseconds: UInt64, flags: BoardFlags, faults: BoardFaults, badFrameCount: UInt16,
    sample: BoardSample
  ) {
    self.timeMicroseconds = timeMicroseconds
    self.flags = flags
    self.faults = faults
    self.badFrameCount = badFrameCount
    self.sample = sample
  }

  /// Reads the payload of a `state` frame.
  ///
  /// - Throws: ``BoardFrameError`` when it is another message, or not of this form.
  @_noAllocation
  public init(decoding frame: BoardFrame) throws(BoardFrameError) {
    try frame.check(.state)
    guard frame.payloadByteCount >= Self.fixedByteCount else {
      throw .payloadByteCount(found: frame.payloadByteCount, expected: Self.fixedByteCount)
    }
    let jointCount = try Int(jointCountByte: frame.loadUInt8(at: 27))
    try frame.check(.state, payloadByteCount: Self.payloadByteCount(jointCount: jointCount))
    timeMicroseconds = frame.loadUInt64(at: 0)
    flags = BoardFlags(rawValue: frame.loadUInt8(at: 8))
    faults = BoardFaults(rawValue: frame.loadUInt16(at: 9))
    badFrameCount = frame.loadUInt16(at: 11)
    sample = BoardSample(jointCount: jointCount)
    sample.gyro = BoardVector(decoding: frame, at: 13)
    sample.gravity = BoardVector(decoding: frame, at: 19)
    sample.supplyMillivolts = frame.loadUInt16(at: 25)
    for joint in 0..<jointCount {
      let offset = Self.payloadByteCount(jointCount: joint)
      sample.positionTicks[joint] = frame.loadInt16(at: offset)
      sample.velocityTicksPerSecond[joint] = frame.loadInt16(at: offset + 2)
    }
  }

  /// Writes a whole `state` frame.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public func encode(sequence: UInt16, into buffer: inout MutableSpan<UInt8>) -> Int {
    var writer = BoardFrameWriter(.state, sequence: sequence, into: &buffer)
    writer.append(timeMicroseconds, to: &buffer)
    writer.append(flags.rawValue, to: &buffer)
    writer.append(faults.rawValue, to: &buffer)
    writer.append(badFrameCount, to: &buffer)
    sample.gyro.encode(with: &writer, into: &buffer)
    sample.gravity.encode(with: &writer, into: &buffer)
    writer.append(sample.supplyMillivolts, to: &buffer)
    writer.append(UInt8(jointCount: sample.jointCount), to: &buffer)
    for joint in 0..<sample.jointCount {
      writer.append(sample.positionTicks[joint], to: &buffer)
      writer.append(sample.velocityTicksPerSecond[joint], to: &buffer)
    }
    return writer.finish(&buffer)
  }
}

extension BoardVector {
  @_noAllocation
  fileprivate init(decoding frame: BoardFrame, at offset: Int) {
    self.init(
      x: frame.loadInt16(at: offset), y: frame.loadInt16(at: offset + 2),
      z: frame.loadInt16(at: offset + 4))
  }

  @_noAllocation
  fileprivate func encode(
    with writer: inout BoardFrameWriter, into buffer: inout MutableSpan<UInt8>
  ) {
    writer.append(x, to: &buffer)
    writer.append(y, to: &buffer)
    writer.append(z, to: &buffer)
  }
}
