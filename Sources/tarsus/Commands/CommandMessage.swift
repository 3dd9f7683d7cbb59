internal import CommandSupport
internal import Foundation
internal import RobotDescription

/// A command as other programs send it: one line of JSON.
///
///     {"forward": 0.1, "left": 0, "yaw_rate": 0.3}
///
/// Metres and radians per second; what is left out is 0. `"sit": true` sits the robot down.
struct CommandMessage: Equatable, Decodable {
  var forward: Float?
  var left: Float?
  var yawRate: Float?
  var sit: Bool?
  var token: String?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case forward
    case left
    case yawRate = "yaw_rate"
    case sit
    case token
  }

  /// - Throws: ``CommandError`` saying what is wrong with the line.
  init(json: Data) throws(CommandError) {
    let text = String(decoding: json.prefix(80), as: UTF8.self)
    let known = CodingKeys.allCases.map(\.rawValue)
    let object = try? JSONSerialization.jsonObject(with: json)
    guard let keys = (object as? [String: Any])?.keys else {
      throw CommandError("command: found '\(text)', expected one object of JSON in a line")
    }
    if let unknown = keys.sorted().first(where: { !known.contains($0) }) {
      throw CommandError(
        "command: found the key '\(unknown)', expected \(known.joined(separator: ", "))")
    }
    guard let message = try? JSONDecoder().decode(CommandMessage.self, from: json) else {
      throw CommandError("command: found '\(text)', expected numbers")
    }
    self = message
  }

  var command: VelocityCommand {
    VelocityCommand(forward: forward ?? 0, left: left ?? 0, yawRate: yawRate ?? 0)
  }
}
