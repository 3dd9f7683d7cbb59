/// Part of a request for one servo: a part of its memory, and for a write the new bytes.
public struct RequestItem: Equatable, Sendable {
  /// ID of the servo.
  public let id: UInt8
  /// Address of the part.
  public let address: Int
  /// Number of its bytes.
  public let byteCount: Int
  /// Offset of the new bytes among the packet's parameters; 0 for a read.
  public let dataOffset: Int

  @_noAllocation
  init(id: UInt8, address: Int, byteCount: Int, dataOffset: Int = 0) {
    self.id = id
    self.address = address
    self.byteCount = byteCount
    self.dataOffset = dataOffset
  }
}
