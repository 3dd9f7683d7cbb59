/// How the joints of a name move in a step of ``RewardWeights/gaitPose``, off the standing pose.
public struct GaitJoint: Sendable, Equatable, Codable {
  /// End of the joints' names, such as `knee`.
  public var name: String
  /// Angle in the middle of a swing, in radians.
  public var liftRadians: Float
  /// Angle at the end of a swing, and the opposite of that at its beginning, for each metre per second
  /// that is asked for forward, in radians.
  public var strideRadians: Float
  /// The same for each radian per second that is asked for in turning, in radians.
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

/// A joint in the reference gait: which it is, the foot that it moves, and how far.
struct SteppingJoint {
  let joint: Int
  let foot: Int
  let step: GaitJoint
}
