internal import Foundation

/// The token that senders of datagrams share with the robot, byte for byte.
struct CommandKey: Equatable, Sendable {
  let bytes: [UInt8]

  /// Where it stands in the environment.
  static let variable = "TARSUS_TOKEN"
  /// What a person makes up is shorter, and can be guessed from one datagram.
  static let byteCountMin = 16

  /// - Throws: ``CommandError`` when it is too short; the sentence says how to make one.
  init(_ bytes: [UInt8]) throws(CommandError) {
    guard bytes.count >= Self.byteCountMin else {
      throw CommandError(
        "\(Self.variable): found \(bytes.count) bytes, expected at least \(Self.byteCountMin); "
          + "\(Self.recipe)")
    }
    self.bytes = bytes
  }

  /// How to make one.
  static let recipe =
    "make one with 'export \(variable)=$(head -c 24 /dev/urandom | base64)' and give it to the sender"

  /// That of the environment; `nil` where there is none.
  ///
  /// An empty one is not none: who sets it wants to be protected.
  static func ofEnvironment() throws(CommandError) -> CommandKey? {
    guard let text = unsafe getenv(variable) else { return nil }
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    return try CommandKey(bytes)
  }
}
