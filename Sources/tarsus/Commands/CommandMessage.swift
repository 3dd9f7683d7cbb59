internal import RobotDescription

/// A command of another program: one line of JSON.
///
///     {"forward": 0.1, "left": 0, "yaw_rate": 0.3}
///
/// The units are metres and radians per second; a missing number is 0. `"sit": true` sits the robot
/// down.
struct CommandMessage: Equatable {
  var command = VelocityCommand()
  var mustSit = false

  /// The longest line or datagram.
  static let byteCountMax = 4_096
  private static let keys = ["forward", "left", "yaw_rate", "sit"]
  /// The number of bytes of a message that an error shows.
  private static let shownMax = 80

  /// - Throws: ``CommandError`` with the fault of the line.
  init(json: some Collection<UInt8>) throws(CommandError) {
    let shown = String(decoding: json.prefix(Self.shownMax), as: UTF8.self)
    func refusal(_ expected: String) -> CommandError {
      CommandError("command: found '\(shown)', expected \(expected)")
    }
    let members: [FlatJSON.Member]
    do throws(FlatJSON.Fault) {
      members = try FlatJSON.members(of: Array(json), countMax: Self.keys.count)
    } catch {
      switch error {
      case .noObject: throw refusal("one object of JSON in a line")
      case .tooManyMembers, .notPlain: throw refusal("numbers, and true or false for sit")
      }
    }
    var seen: Set<String> = []
    for member in members {
      guard Self.keys.contains(member.key) else {
        throw CommandError(
          "command: found the key '\(member.key.prefix(Self.shownMax))', expected "
            + Self.keys.joined(separator: ", "))
      }
      guard seen.insert(member.key).inserted else { throw refusal("the key '\(member.key)' once") }
      guard take(member) else { throw refusal("numbers, and true or false for sit") }
    }
  }

  /// - Returns: True when the value has the type of its key.
  private mutating func take(_ member: FlatJSON.Member) -> Bool {
    switch (member.key, member.value) {
    case (_, .null): return true
    case ("sit", .boolean(let value)): mustSit = value
    case ("forward", .number(let value)): command.forward = value
    case ("left", .number(let value)): command.left = value
    case ("yaw_rate", .number(let value)): command.yawRate = value
    default: return false
    }
    return true
  }
}
