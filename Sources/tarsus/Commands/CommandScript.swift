internal import CommandSupport
internal import Foundation
internal import Realtime
internal import RobotDescription

/// Velocities by the clock, from a file: each line a time in seconds and a velocity.
///
///     # seconds  forward,left,turn
///     0          0.15,0,0
///     5          0,0,0.5
///     8          end
struct CommandScript: Equatable {
  /// From when on a velocity is asked for; `nil` is the end.
  struct Step: Equatable {
    let seconds: Double
    let command: VelocityCommand?
  }

  let steps: [Step]

  /// - Throws: ``CommandError`` with the line at fault.
  init(text: String, path: String) throws(CommandError) {
    var steps: [Step] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let content = line.prefix { $0 != "#" }
      let words = content.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == 2, let seconds = Double(words[0]), seconds.isFinite,
        seconds >= steps.last?.seconds ?? 0
      else {
        throw CommandError(
          "\(path):\(index + 1): found '\(content)', expected seconds that do not run backwards "
            + "and a velocity, such as '5 0.15,0,0'")
      }
      let command = VelocityCommand(text: String(words[1]))
      guard command != nil || words[1] == "end" else {
        throw CommandError(
          "\(path):\(index + 1): found '\(words[1])', expected forward,left,turn, or end")
      }
      steps.append(Step(seconds: seconds, command: command))
      if command == nil { break }
    }
    guard !steps.isEmpty else {
      throw CommandError("\(path): found no command, expected lines such as '0 0.15,0,0'")
    }
    self.steps = steps
  }

  /// The longest script that is read: some 50 000 lines.
  private static let byteCountMax = 1 << 20

  /// Reads a script from a file.
  static func load(_ path: String) throws(CommandError) -> CommandScript {
    guard let bytes = try? InputFile.bytes(path: path, byteCountMax: byteCountMax),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw CommandError("\(path): cannot be read, expected a script of commands; check the path")
    }
    return try CommandScript(text: text, path: path)
  }

  /// What is asked for at a time: before the first step, to stand; `nil` once it has ended.
  func command(at seconds: Double) -> VelocityCommand? {
    var command: VelocityCommand? = VelocityCommand()
    for step in steps {
      if step.seconds > seconds { break }
      command = step.command
    }
    return command
  }
}

/// Why no commands can be had; one sentence.
struct CommandError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
