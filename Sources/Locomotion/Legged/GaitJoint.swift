/// Reference motion of the joints of one name in a step of ``RewardWeights/gaitPose``.
///
/// Angles are offsets from the standing pose.
public struct GaitJoint: Sendable, Equatable, Codable {
  /// End of the joints' names, such as `knee`.
  public var name: String
  /// Offset in the middle of a swing, in radians.
  public var liftRadians: Float
  /// Offset at the end of a swing for each metre per second of commanded forward velocity, in
  /// radians; at its beginning the opposite.
  public var strideRadians: Float
  /// The same for each radian per second of commanded turning rate, in radians.
  public var turnRadians: Float

  /// Describes joints.
  public init(
    name: String, liftRadians: Float = 0, strideRadians: Float = 0, turnRadians: Float = 0
  ) {
    self.name = name
    self.liftRadians = liftRadians
    self.strideRadians = strideRadians
    self.turnRadians = turnRadians
  }
}

/// A joint of the reference gait, with the foot that it moves.
struct SteppingJoint {
  let joint: Int
  let foot: Int
  let step: GaitJoint
}
