internal import Foundation

/// Writes a new event file in a run's folder; TensorBoard shows it while it grows.
///
/// Each call hands its event to the operating system: after a kill the file is readable up to its
/// last whole event.
public struct TensorBoardWriter: ~Copyable {
  /// Path of the file.
  public let path: String
  private let file: FileHandle

  /// Prefix of all event files; TensorBoard reads those of a folder in order of their names.
  private static let namePrefix = "events.out.tfevents."

  /// Creates a file that continues the folder's event files.
  ///
  /// - Parameters:
  ///   - folder: An existing folder.
  ///   - step: The last completed step; TensorBoard ignores later steps of the other files.
  ///   - wallTime: Seconds since 1970.
  public init(folder: String, afterStep step: Int, wallTime: Double) throws(TensorBoardError) {
    let path = folder + "/" + Self.name(wallTime: wallTime, inFolder: folder)
    let file = try Self.makeFile(path)
    var version = Tensorboard_Event()
    version.wallTime = wallTime
    version.fileVersion = "brain.Event:2"
    var start = Tensorboard_Event()
    start.wallTime = wallTime
    start.step = Int64(step) + 1
    start.sessionLog.status = .start
    try Self.append([version, start], to: file, path: path, step: step)
    self.path = path
    self.file = file
  }

  /// Adds the values of some scalars after a step.
  ///
  /// - Parameters:
  ///   - wallTime: Seconds since 1970.
  ///   - scalars: Slashes separate the parts of a tag; the first part groups the curves.
  public func add(
    step: Int, wallTime: Double, _ scalars: [(tag: String, value: Float)]
  ) throws(TensorBoardError) {
    var event = Tensorboard_Event()
    event.wallTime = wallTime
    event.step = Int64(step)
    event.summary.value = scalars.map { scalar in
      var value = Tensorboard_Summary.Value()
      value.tag = scalar.tag
      value.simpleValue = scalar.value
      return value
    }
    try Self.append([event], to: file, path: path, step: step)
  }

  private static func makeFile(_ path: String) throws(TensorBoardError) -> FileHandle {
    do {
      let location = URL(fileURLWithPath: path)
      try Data().write(to: location, options: .withoutOverwriting)
      return try FileHandle(forWritingTo: location)
    } catch {
      throw .notCreated(path: path, reason: error.localizedDescription)
    }
  }

  static func append(
    _ events: [Tensorboard_Event], to file: FileHandle, path: String, step: Int
  ) throws(TensorBoardError) {
    do {
      // One write: a kill leaves no later event without an earlier one.
      try file.write(contentsOf: Data(events.flatMap { try EventRecord($0).bytes }))
    } catch {
      throw .notWritten(path: path, step: step, reason: error.localizedDescription)
    }
  }

  /// Makes a name from seconds, host and a number: files of one second stay apart and in order.
  private static func name(wallTime: Double, inFolder folder: String) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let number = names.count { $0.hasPrefix(namePrefix) }
    return namePrefix
      + String(format: "%010.0f.", wallTime.rounded(.down))
      + ProcessInfo.processInfo.hostName + String(format: ".%04d", number)
  }
}
