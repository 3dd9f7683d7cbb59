internal import Realtime
internal import RobotDescription

/// A script of velocities: each line of its file is a time in seconds and a velocity.
///
///     # seconds  forward,left,turn
///     0          0.15,0,0
///     5          0,0,0.5
///     8          end
///
/// A velocity holds until the time of the next line. The script ends at the time of its last line,
/// whatever velocity that line has, and the robot sits down.
struct CommandScript: Equatable {
  /// A velocity and its start.
  struct Step: Equatable {
    let seconds: Double
    let command: VelocityCommand
  }

  let steps: [Step]
  /// The time at which the robot sits down.
  let endSeconds: Double

  /// The longest file.
  static let byteCountMax = 1 << 20
  private static let secondsMax = 1e6
  /// The number of characters of a line that a message shows.
  private static let shownMax = 60

  /// - Throws: ``CommandError`` with the line at fault.
  init(text: String, path: String) throws(CommandError) {
    var steps: [Step] = []
    var end: Double?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let content = line.prefix { $0 != "#" }
      let words = content.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      let place = "\(path):\(index + 1)"
      let shown = content.prefix(Self.shownMax)
      guard end == nil else {
        throw CommandError("\(place): found '\(shown)' after the end, expected nothing")
      }
      // `Double` accepts a number that ends with a NUL.
      let isPlain = words.joined().unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
      guard isPlain, words.count == 2, let seconds = Double(words[0]), seconds <= Self.secondsMax,
        seconds >= steps.last?.seconds ?? 0
      else {
        throw CommandError(
          "\(place): found '\(shown)', expected seconds that do not run backwards "
            + "and a velocity, such as '5 0.15,0,0'")
      }
      if words[1] == "end" {
        end = seconds
      } else if let command = VelocityCommand(text: String(words[1])) {
        steps.append(Step(seconds: seconds, command: command))
      } else {
        throw CommandError(
          "\(place): found '\(words[1].prefix(Self.shownMax))', expected forward,left,turn, or end")
      }
    }
    guard let endSeconds = end ?? steps.last?.seconds else {
      throw CommandError("\(path): found no command, expected lines such as '0 0.15,0,0'")
    }
    guard endSeconds > 0 else {
      throw CommandError(
        "\(path): the script ends at 0 s, with its last line's time; expected one more line for "
          + "its end, such as '8 end'")
    }
    self.steps = steps
    self.endSeconds = endSeconds
  }

  /// Reads a script from a file.
  static func load(_ path: String) throws(CommandError) -> CommandScript {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile.bytes(path: path, byteCountMax: byteCountMax)
    } catch {
      throw CommandError("\(error); expected a script of commands")
    }
    // Some editors begin a text with a byte order mark.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard
      let text = String(
        validating: bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0), as: UTF8.self)
    else {
      throw CommandError("\(path): found bytes that are not UTF-8, expected a script of commands")
    }
    return try CommandScript(text: text, path: path)
  }

  /// The velocity at a time: zero before the first step, `nil` after the end.
  func command(at seconds: Double) -> VelocityCommand? {
    if seconds >= endSeconds { return nil }
    var command = VelocityCommand()
    for step in steps {
      if step.seconds > seconds { break }
      command = step.command
    }
    return command
  }
}
