/// The shapes of a body and the names that a viewer shows.
public struct Scene: Sendable {
  /// Shapes of the body and the ground.
  public var shapes: [SceneShape]
  /// Names of the driven joints.
  public var jointNames: [String]
  /// Names of the feet.
  public var footNames: [String]
  /// Time from one frame to the next, in seconds.
  public var tickSeconds: Double

  /// Makes a scene.
  public init(
    shapes: [SceneShape], jointNames: [String], footNames: [String], tickSeconds: Double
  ) {
    self.shapes = shapes
    self.jointNames = jointNames
    self.footNames = footNames
    self.tickSeconds = tickSeconds
  }
}

/// Pose and motion of a body at one tick.
public struct SceneFrame: Sendable {
  /// Pose of every part, the world first: x, y, z in metres and w, x, y, z of its attitude.
  public var partPoses: [Float]
  /// Angles of the driven joints, in radians.
  public var jointAngles: [Float] = []
  /// Targets of the servos, in radians; empty for motors that are not driven to an angle.
  public var jointTargets: [Float] = []
  /// Velocity forward and left in m/s and turning rate in rad/s; of some bodies the first alone.
  public var velocity: [Float] = []
  /// Velocity command, likewise; empty for a task without commands.
  public var command: [Float] = []
  /// Contact of each foot with the ground.
  public var feet: [Bool] = []

  /// Makes a frame with the poses of the parts.
  public init(partPoses: [Float]) {
    self.partPoses = partPoses
  }
}

/// A shape of a body, as a viewer draws it.
public struct SceneShape: Codable, Equatable, Sendable {
  /// Kinds of shapes.
  public enum Kind: String, Codable, Sendable {
    /// The endless ground at the height of its position.
    case plane
    /// A sphere: its radius is the first length.
    case sphere
    /// A capsule: radius, and half the length between its caps along its own z.
    case capsule
    /// A cylinder: radius, and half its length along its own z.
    case cylinder
    /// An ellipsoid: three radii.
    case ellipsoid
    /// A box: three half lengths.
    case box
  }

  /// Kind of the shape.
  public let kind: Kind
  /// Lengths in metres; the kind says of what.
  public let size: [Double]
  /// Red, green, blue and opacity, from 0 to 1.
  public let colour: [Float]
  /// Index of the part that it belongs to; the world is part 0.
  public let part: Int
  /// Position in the part's frame, in metres.
  public let position: [Double]
  /// Attitude in the part's frame: w, x, y, z.
  public let attitude: [Double]

  /// Makes a shape.
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
