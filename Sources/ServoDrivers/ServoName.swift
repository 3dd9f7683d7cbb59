public import RobotDescription

/// Name of a servo in messages: its ID and its joint.
public struct ServoName: Equatable, Sendable, CustomStringConvertible {
  /// The servo's ID.
  public let id: UInt8
  /// The joint's name.
  public let joint: String

  /// The servo of a joint.
  public init(_ joint: Joint) {
    id = joint.servo.id
    self.joint = joint.name.description
  }

  /// Names a servo.
  public init(id: UInt8, joint: String) {
    self.id = id
    self.joint = joint
  }

  /// Such as `servo 4 (left_knee)`.
  public var description: String { "servo \(id) (\(joint))" }

  /// Several servos as the subject of a sentence: `servos 4 (left_knee), 7 (right_knee)`.
  public static func list(_ names: [ServoName]) -> String {
    let parts = names.map { "\($0.id) (\($0.joint))" }
    return (parts.count == 1 ? "servo " : "servos ") + parts.joined(separator: ", ")
  }
}
