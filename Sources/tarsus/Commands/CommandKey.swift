internal import Foundation

/// The secret token that senders of datagrams share with the robot.
struct CommandKey: Equatable, Sendable {
  let bytes: [UInt8]

  /// The environment variable that holds the token.
  static let variable = "TARSUS_TOKEN"
  /// The shortest token: shorter ones can be guessed from one datagram.
  static let byteCountMin = 16

  /// - Throws: ``CommandError`` when the token is too short, with the cure.
  init(_ bytes: [UInt8]) throws(CommandError) {
    guard bytes.count >= Self.byteCountMin else {
      throw CommandError(
        "\(Self.variable): found \(bytes.count) bytes, expected at least \(Self.byteCountMin); "
          + "\(Self.recipe)")
    }
    self.bytes = bytes
  }

  /// Instructions for making a token.
  static let recipe =
    "make one with 'export \(variable)=$(head -c 24 /dev/urandom | base64)' and give it to the "
    + "sender"

  /// The token of the environment; `nil` when the variable is not set.
  ///
  /// An empty token is refused: whoever sets the variable wants protection.
  static func ofEnvironment() throws(CommandError) -> CommandKey? {
    guard let text = unsafe getenv(variable) else { return nil }
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    return try CommandKey(bytes)
  }
}
