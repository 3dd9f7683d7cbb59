// The byte with the number of joints in a payload, checked in both directions.

extension Int {
  @_noAllocation
  init(jointCountByte byte: UInt8) throws(BoardFrameError) {
    guard Int(byte) <= BoardProtocol.jointsMax else {
      throw .jointCount(found: Int(byte), max: BoardProtocol.jointsMax)
    }
    self.init(byte)
  }
}

extension UInt8 {
  @_noAllocation
  init(jointCount: Int) {
    precondition(
      jointCount >= 0 && jointCount <= BoardProtocol.jointsMax, "joint count outside 0...jointsMax")
    self.init(truncatingIfNeeded: jointCount)
  }
}
