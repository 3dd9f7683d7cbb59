// The one byte that says how many joints a payload holds, checked in both directions.

extension Int {
  @_noAllocation
  init(jointCountByte byte: UInt8) throws(BoardFrameError) {
    guard Int(byte) <= BoardLink.jointsMax else {
      throw .jointCount(found: Int(byte), max: BoardLink.jointsMax)
    }
    self.init(byte)
  }
}

extension UInt8 {
  @_noAllocation
  init(jointCount: Int) {
    precondition(
      jointCount >= 0 && jointCount <= BoardLink.jointsMax, "joint count outside 0...jointsMax")
    self.init(truncatingIfNeeded: jointCount)
  }
}
