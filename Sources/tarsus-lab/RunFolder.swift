internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import Training

/// Folder with the files of one training.
///
/// Checkpoints are named by their steps; the newest few are kept. `best` is the checkpoint with the
/// best evaluation.
final class RunFolder {
  /// Number of checkpoints that are kept beside the best.
  private static let checkpointsMax = 3
  private static let prefix = "checkpoint-"

  let path: String
  private var lock: Int32 = -1

  var progressPath: String { path + "/progress.csv" }
  var configurationPath: String { path + "/configuration.yaml" }
  var replayPath: String { path + "/replay.html" }
  var bestPath: String { path + "/best" }

  /// Opens the folder of an existing run.
  ///
  /// - Throws: An exit code when there is none.
  init(existing path: String) throws {
    self.path = path
    guard !checkpoints.isEmpty else {
      throw Failure.report(
        "run \(path): found no checkpoint there, expected the folder of a training; 'tarsus-lab "
          + "train TASK --out \(path)' makes one", Failure.wrongUse)
    }
  }

  /// Names the folder of a new run; ``takeLock()`` creates it.
  ///
  /// - Throws: An exit code when the folder contains a run: nothing is overwritten.
  init(new path: String) throws {
    self.path = path
    guard checkpoints.isEmpty else {
      // The run of another process cannot be resumed either.
      if isInUse { throw inUse() }
      throw Failure.report(
        "run \(path): found a run there already; go on with --resume, or name another folder",
        Failure.wrongUse)
    }
    try refuseFilesOfOthers()
  }

  /// Refuses a folder that contains a user's files under the names of a training's files.
  ///
  /// A training that was killed before its first checkpoint leaves its configuration, which marks
  /// the other files as its own.
  private func refuseFilesOfOthers() throws {
    let configuration = try? InputFile.bytes(path: configurationPath, byteCountMax: 1 << 20)
    let mark = Array(RunConfiguration.textStart.utf8)
    if let configuration, configuration.starts(with: mark) { return }
    for path in [configurationPath, progressPath, bestPath, replayPath] {
      do throws(FileError) {
        try OutputFile.checkFree(path)
      } catch {
        throw Failure.report(
          "run \(self.path): found \(path), which no training wrote; name another folder",
          Failure.wrongUse)
      }
    }
  }

  /// `true` for a folder and for a link to one.
  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  deinit { if lock >= 0 { close(lock) } }

  /// Creates the folder if it is missing, and locks out other trainings until this process ends.
  func takeLock() throws {
    try makeFolder()
    lock = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw Failure.report(
        "run \(path): its lock cannot be opened: \(systemText(errno))", Failure.failed)
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { throw inUse() }
      throw Failure.report(
        "run \(path): its lock cannot be taken: \(systemText(errno)); expected a folder on a disk "
          + "that supports locks", Failure.failed)
    }
    removeLeftOvers()
  }

  /// Creates the folder and its parents where they are missing.
  private func makeFolder() throws {
    let ends = path.indices.dropFirst().filter { path[$0] == "/" } + [path.endIndex]
    for end in ends {
      guard unsafe mkdir(String(path[..<end]), 0o777) == 0 || errno == EEXIST else {
        throw Failure.report(
          "run \(path): the folder cannot be created: \(systemText(errno))", Failure.failed)
      }
    }
  }

  /// Removes the unfinished files of a killed training; with the lock nobody else writes here.
  private func removeLeftOvers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where OutputFile.isLeftOver(name) || Self.oldLeftOvers.contains(name) {
      unsafe unlink(path + "/" + name)
    }
  }

  /// Unfinished files of earlier versions.
  private static let oldLeftOvers: Set = ["best.part"]

  private var lockPath: String { path + "/lock" }

  /// `true` when another training has the lock.
  private var isInUse: Bool {
    let file = unsafe open(lockPath, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    // Closing the file releases the lock.
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private func inUse() -> ExitCode {
    let process = PortHolder.processLocking(lockPath).map { ", process \($0)," } ?? ""
    return Failure.report(
      "run \(path): another training\(process) writes there; wait for it, or name another folder",
      Failure.failed)
  }

  /// Checkpoints, the newest first.
  var checkpoints: [String] { Self.checkpoints(path) }

  /// `true` for the folder of a training.
  static func hasCheckpoints(_ path: String) -> Bool { !checkpoints(path).isEmpty }

  private static func checkpoints(_ path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix(prefix) && Int($0.dropFirst(prefix.count)) != nil }
      .sorted().reversed().map { path + "/" + $0 }
  }

  /// Reads the newest whole checkpoint; a note names each damaged one.
  func newestCheckpoint() throws -> (checkpoint: Checkpoint, path: String) {
    var last: TrainingError?
    let candidates = checkpoints
    for candidate in candidates {
      do throws(TrainingError) {
        return (try Checkpoint(path: candidate), candidate)
      } catch {
        if candidate != candidates.last {
          note("tarsus-lab: \(error); using the one before")
        }
        last = error
      }
    }
    throw last ?? .file(path: path, reason: "no such checkpoint; 'tarsus-lab train' makes one")
  }

  /// Reads the checkpoint with the best evaluation.
  func bestCheckpoint() throws(TrainingError) -> (checkpoint: Checkpoint, path: String) {
    (try Checkpoint(path: bestPath), bestPath)
  }

  /// Writes a checkpoint, and removes the oldest when there are too many.
  func add(_ checkpoint: Checkpoint) throws {
    try checkExists()
    let steps = String(checkpoint.steps)
    let padding = String(repeating: "0", count: max(0, 12 - steps.count))
    try checkpoint.write(path: path + "/" + Self.prefix + padding + steps)
    for old in checkpoints.dropFirst(Self.checkpointsMax) {
      try? FileManager.default.removeItem(atPath: old)
    }
  }

  /// Writes the checkpoint with the best evaluation so far.
  func keep(best checkpoint: Checkpoint) throws {
    try checkExists()
    try checkpoint.write(path: bestPath)
  }

  private func checkExists() throws {
    guard Self.isFolder(path) else {
      throw Failure.report(
        "run \(path): the folder was moved or removed while this training wrote there; go on with "
          + "--resume and the folder's new name", Failure.failed)
    }
  }
}
