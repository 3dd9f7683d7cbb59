/// What there is to see of a body.
public struct Scene: Sendable {
  /// Its shapes, the ground among them.
  public var shapes: [SceneShape]
  /// Names of the driven joints.
  public var jointNames: [String]
  /// Names of the feet.
  public var footNames: [String]
  /// Time from one frame to the next, in seconds.
  public var tickSeconds: Double

  /// A scene of these.
  public init(
    shapes: [SceneShape], jointNames: [String], footNames: [String], tickSeconds: Double
  ) {
    self.shapes = shapes
    self.jointNames = jointNames
    self.footNames = footNames
    self.tickSeconds = tickSeconds
  }
}

/// A body at one tick.
public struct SceneFrame: Sendable {
  /// Of every part, the world first: x, y, z in metres and w, x, y, z of its attitude.
  public var partPoses: [Float]
  /// Angles of the driven joints, in radians.
  public var jointAngles: [Float] = []
  /// What the servos were told, in radians; empty where motors push and no angle is asked for.
  public var jointTargets: [Float] = []
  /// Speed forward and to the left in m/s and turning rate in rad/s; of some bodies the first alone.
  public var velocity: [Float] = []
  /// What was asked for, likewise; empty where nothing is.
  public var command: [Float] = []
  /// Which feet touch the ground.
  public var feet: [Bool] = []

  /// A frame with the parts there.
  public init(partPoses: [Float]) {
    self.partPoses = partPoses
  }
}

/// A shape of a body as it is drawn.
public struct SceneShape: Codable, Equatable, Sendable {
  /// What it is.
  public enum Kind: String, Codable, Sendable {
    /// The ground: endless, at the height of its position.
    case plane
    /// Radius first in its size.
    case sphere
    /// Radius and half the length of the cylinder between its caps, along its own z.
    case capsule
    /// Radius and half length, along its own z.
    case cylinder
    /// Three radii.
    case ellipsoid
    /// Three half lengths.
    case box
  }

  /// What it is.
  public let kind: Kind
  /// Lengths in metres; what they mean depends on the kind.
  public let size: [Double]
  /// Red, green, blue and opacity, from 0 to 1.
  public let colour: [Float]
  /// The part that it belongs to; the world is part 0.
  public let part: Int
  /// Place in the part's frame, in metres.
  public let position: [Double]
  /// Attitude in the part's frame: w, x, y, z.
  public let attitude: [Double]

  /// A shape of these.
  public init(
    kind: Kind, size: [Double], colour: [Float], part: Int, position: [Double],
    attitude: [Double]
  ) {
    self.kind = kind
    self.size = size
    self.colour = colour
    self.part = part
    self.position = position
    self.attitude = attitude
  }
}
