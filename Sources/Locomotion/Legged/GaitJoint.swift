/// How the joints of a name move in a step of ``RewardWeights/gaitPose``, off the standing pose.
public struct GaitJoint: Sendable, Equatable, Codable {
  /// End of the joints' names, such as `knee`.
  public var name: String
  /// Angle in the middle of a swing, in radians.
  public var liftRadians: Float
  /// Angle at the end of a swing, and the opposite of that at its beginning, for each metre per second
  /// that is asked for forward, in radians.
  public var strideRadians: Float

  /// Describes joints.
  public init(name: String, liftRadians: Float, strideRadians: Float) {
    self.name = name
    self.liftRadians = liftRadians
    self.strideRadians = strideRadians
  }

  /// Reads what an encoder wrote, and takes no other keys.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let known: [CodingKeys] = [.name, .liftRadians, .strideRadians]
    if let unknown = keys.first(where: { key in !known.contains { $0.stringValue == key } }) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "unknown key '\(unknown)', expected "
            + known.map(\.stringValue).joined(separator: ", ")))
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    liftRadians = try container.decode(Float.self, forKey: .liftRadians)
    strideRadians = try container.decode(Float.self, forKey: .strideRadians)
  }

  private enum CodingKeys: CodingKey {
    case name
    case liftRadians
    case strideRadians
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// A joint in the reference gait: which it is, the foot that it moves, and how far.
struct SteppingJoint {
  let joint: Int
  let foot: Int
  let liftRadians: Float
  let strideRadians: Float
}
