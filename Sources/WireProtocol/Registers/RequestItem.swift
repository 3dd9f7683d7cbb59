/// What a request says to one servo: a part of its memory, and perhaps new bytes for it.
public struct RequestItem: Equatable, Sendable {
  /// The servo.
  public let id: UInt8
  /// Where the part begins.
  public let address: Int
  /// How many bytes it has.
  public let byteCount: Int
  /// Where the new bytes are among the packet's parameters; 0 when the part is to be read.
  public let dataOffset: Int

  @_noAllocation
  init(id: UInt8, address: Int, byteCount: Int, dataOffset: Int = 0) {
    self.id = id
    self.address = address
    self.byteCount = byteCount
    self.dataOffset = dataOffset
  }
}
