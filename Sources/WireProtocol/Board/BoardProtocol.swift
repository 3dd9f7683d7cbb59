/// Constants of the board link, the protocol of host and board; `firmware-proto/PROTOCOL.md`
/// specifies it.
public enum BoardProtocol {
  /// The protocol version in every frame; it changes with any change of a payload.
  public static var version: UInt8 { @_noAllocation get { 1 } }
  /// The most joints a board can have.
  public static var jointsMax: Int { @_noAllocation get { 32 } }
  /// The longest payload: a state with ``jointsMax`` joints.
  public static var payloadByteCountMax: Int { @_noAllocation get { 156 } }
  /// Bytes of a frame before its payload.
  public static var headerByteCount: Int { @_noAllocation get { 7 } }
  /// Bytes of a frame after its payload.
  public static var checksumByteCount: Int { @_noAllocation get { 2 } }
  /// The longest frame; a buffer of this many bytes takes any message.
  public static var frameByteCountMax: Int {
    @_noAllocation get { headerByteCount + payloadByteCountMax + checksumByteCount }
  }

  /// While armed, this long without a valid command makes the board hold its last goals.
  public static var commandTimeoutMicroseconds: UInt64 { @_noAllocation get { 100_000 } }
  /// This long after the hold began, the board switches torque off.
  public static var holdDurationMicroseconds: UInt64 { @_noAllocation get { 1_000_000 } }
  /// A longer silence inside a frame ends it: what came before belongs to no later frame.
  public static var byteGapMaxMicroseconds: UInt64 { @_noAllocation get { 10_000 } }

  /// Counts of ``BoardSample/gyro`` in one radian per second.
  public static var gyroCountsPerRadianPerSecond: Float { @_noAllocation get { 1_000 } }
  /// Counts of ``BoardSample/gravity`` in a vector of length one.
  public static var gravityCountsPerUnit: Float { @_noAllocation get { 16_384 } }

  /// One number per joint, in the order of the joints; those past the joint count are zero.
  public typealias JointValues = InlineArray<32, Int16>

  /// Rounds to the nearest count, saturates at the ends of `Int16`, and makes not-a-number zero.
  @_noAllocation
  public static func counts(_ value: Float, countsPerUnit: Float) -> Int16 {
    let scaled = value * countsPerUnit
    if scaled.isNaN { return 0 }
    if scaled >= 32_767 { return .max }
    if scaled <= -32_768 { return .min }
    return Int16(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }

  static var sync0: UInt8 { @_noAllocation get { 0xA5 } }
  static var sync1: UInt8 { @_noAllocation get { 0x5A } }
}
