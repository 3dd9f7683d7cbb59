/// The ``CRC32`` over joint names joined by a zero byte.
///
/// Host and board compare it in the hello exchange, so that a board with the joints in another
/// order is refused before anything moves.
public struct JointNamesHash: Equatable, Sendable {
  private var checksum = CRC32()
  private var isFirstName = true

  /// Makes the hash of no names, which is 0.
  @_noAllocation
  public init() {}

  /// The hash of the names taken so far.
  public var value: UInt32 { @_noAllocation get { checksum.value } }

  /// Starts the next name; its bytes follow through ``update(_:)``.
  @_noAllocation
  public mutating func startName() {
    if !isFirstName { update(0) }
    isFirstName = false
  }

  /// Takes one byte of the current name in UTF-8.
  @_noAllocation
  public mutating func update(_ byte: UInt8) { checksum.update(byte) }

  /// Takes a whole name in UTF-8.
  @_noAllocation
  public mutating func append(_ name: borrowing Span<UInt8>) {
    startName()
    for index in 0..<name.count { update(name[index]) }
  }
}
