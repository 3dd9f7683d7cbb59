internal import RobotDescription
internal import ServoDrivers

/// The joints of a faulted robot whose servos are silent for too long.
///
/// Their targets stay unchanged, so that no joint jumps when its servo answers again.
struct LostJoints: Sendable {
  /// The number of times that joints may return, so that sitting down ends.
  private static var returnsMax: Int { @_noAllocation get { 3 } }

  private var isLost = InlineArray<32, Bool>(repeating: false)
  private var returns = 0

  /// No joints.
  @_noAllocation
  init() {}

  @_noAllocation
  func contains(_ joint: Int) -> Bool { isLost[joint] }

  /// Updates the set from a reading.
  ///
  /// - Parameter patience: Ticks without an answer that are allowed.
  /// - Returns: True when a joint has returned; it then moves on from its target.
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
