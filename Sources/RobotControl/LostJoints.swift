internal import RobotDescription
internal import ServoDrivers

/// The joints of a faulted robot whose servos are silent for longer than is coasted over.
///
/// Their targets stay where they are, so that none jumps when its servo answers again.
struct LostJoints: Sendable {
  /// How often joints may come back; after that they stay where they are, so that the sitting down has an
  /// end.
  private static var returnsMax: Int { @_noAllocation get { 3 } }

  private var isLost = InlineArray<32, Bool>(repeating: false)
  private var returns = 0

  /// None.
  @_noAllocation
  init() {}

  @_noAllocation
  func contains(_ joint: Int) -> Bool { isLost[joint] }

  /// Looks which servos answer.
  ///
  /// - Parameter patience: Ticks without an answer that are coasted over.
  /// - Returns: Whether a joint has come back: it is to be brought along from its target.
  @_noAllocation
  mutating func update(_ sample: borrowing BusSample, jointCount: Int, patience: Int) -> Bool {
    var hasReturned = false
    for joint in 0..<jointCount {
      let age = Int(sample.jointAges[joint])
      if age > patience {
        isLost[joint] = true
      } else if age == 0 && isLost[joint] && returns < Self.returnsMax {
        isLost[joint] = false
        hasReturned = true
      }
    }
    if hasReturned { returns += 1 }
    return hasReturned
  }
}
