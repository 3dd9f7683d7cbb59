/// Three signed counts along the axes of the body: x forward, y left, z up.
public struct BoardVector: Equatable, Sendable {
  /// Along the forward axis.
  public var x: Int16
  /// Along the left axis.
  public var y: Int16
  /// Along the upward axis.
  public var z: Int16

  /// Makes a vector from its components.
  @_noAllocation
  public init(x: Int16, y: Int16, z: Int16) {
    self.x = x
    self.y = y
    self.z = z
  }
}

/// Measurements of the board at one time, in wire units.
public struct BoardSample: Equatable, Sendable {
  /// Angular velocity of the body in its own frame, in mrad/s.
  public var gyro: BoardVector
  /// Direction of gravity in the body's frame, 16384 counts in one; upright is (0, 0, -16384).
  public var gravity: BoardVector
  /// Supply voltage in mV.
  public var supplyMillivolts: UInt16
  /// The number of joints, at most ``BoardProtocol/jointsMax``.
  public var jointCount: Int
  /// Positions in servo ticks, in the order of the joints.
  public var positionTicks: BoardProtocol.JointValues
  /// Velocities in servo ticks per second, in the order of the joints.
  public var velocityTicksPerSecond: BoardProtocol.JointValues

  /// Makes a sample with every number zero; zero gravity means that no IMU was read.
  @_noAllocation
  public init(jointCount: Int) {
    gyro = BoardVector(x: 0, y: 0, z: 0)
    gravity = BoardVector(x: 0, y: 0, z: 0)
    supplyMillivolts = 0
    self.jointCount = jointCount
    positionTicks = .init(repeating: 0)
    velocityTicksPerSecond = .init(repeating: 0)
  }

  /// Compares the numbers of the joints that exist.
  @_noAllocation
  public static func == (left: Self, right: Self) -> Bool {
    guard
      left.gyro == right.gyro, left.gravity == right.gravity,
      left.supplyMillivolts == right.supplyMillivolts, left.jointCount == right.jointCount
    else { return false }
    for joint in 0..<left.jointCount {
      guard
        left.positionTicks[joint] == right.positionTicks[joint],
        left.velocityTicksPerSecond[joint] == right.velocityTicksPerSecond[joint]
      else { return false }
    }
    return true
  }
}
