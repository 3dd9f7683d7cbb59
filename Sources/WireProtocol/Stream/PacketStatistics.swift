/// Counts of a decoder of servo packets; they wrap.
public struct PacketStatistics: Equatable, Sendable {
  /// Packets with a right checksum.
  public internal(set) var packets: UInt32 = 0
  /// Packet starts with an ID or a length that no packet has.
  public internal(set) var headerErrors: UInt32 = 0
  /// Packet starts whose checksum was wrong.
  public internal(set) var checksumErrors: UInt32 = 0
  /// Bytes that belonged to no packet.
  public internal(set) var discardedBytes: UInt32 = 0

  /// Makes all counts zero.
  @_noAllocation
  public init() {}

  /// Packet starts that did not become a packet.
  public var badPackets: UInt32 { @_noAllocation get { headerErrors &+ checksumErrors } }
}
