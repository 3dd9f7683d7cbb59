internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import SerialLink
internal import Training

/// The files of one training.
///
/// Checkpoints are named by their steps; the newest few are kept. `best` is the checkpoint that did
/// best in an evaluation.
final class RunFolder {
  /// Checkpoints that are kept, but for the best.
  private static let checkpointsMax = 3
  private static let prefix = "checkpoint-"

  let path: String
  private var lock: Int32 = -1

  var progressPath: String { path + "/progress.csv" }
  var configurationPath: String { path + "/configuration.yaml" }
  var replayPath: String { path + "/replay.html" }
  var bestPath: String { path + "/best" }

  /// The folder of a run that is there.
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

  /// The folder of a new run, which ``takeLock()`` makes.
  ///
  /// - Throws: An exit code when a run is there already: nothing is overwritten.
  init(new path: String) throws {
    self.path = path
    guard checkpoints.isEmpty else {
      // What another training writes cannot be gone on with either.
      if isInUse { throw inUse() }
      throw Failure.report(
        "run \(path): a run is there already; go on with --resume, or name another folder",
        Failure.wrongUse)
    }
    try refuseFilesOfOthers()
  }

  /// Refuses a folder in which files have the names of a training's and no training wrote them.
  ///
  /// A training that was killed before its first checkpoint leaves its configuration, which says that
  /// the others are its own too.
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

  /// Whether a path is that of a folder, or of a link to one, and not of a file.
  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  deinit { if lock >= 0 { close(lock) } }

  /// Makes the folder where there is none, and keeps other trainings out until this process ends.
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
          + "that knows locks", Failure.failed)
    }
    removeLeftOvers()
  }

  /// Makes the folder and those above it, where there are none.
  private func makeFolder() throws {
    let ends = path.indices.dropFirst().filter { path[$0] == "/" } + [path.endIndex]
    for end in ends {
      guard unsafe mkdir(String(path[..<end]), 0o777) == 0 || errno == EEXIST else {
        throw Failure.report(
          "run \(path): the folder cannot be made: \(systemText(errno))", Failure.failed)
      }
    }
  }

  /// Removes what a training left that was killed while it wrote; nobody else writes here now.
  private func removeLeftOvers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where OutputFile.isLeftOver(name) || Self.oldLeftOvers.contains(name) {
      unsafe unlink(path + "/" + name)
    }
  }

  /// What earlier versions left.
  private static let oldLeftOvers: Set = ["best.part"]

  private var lockPath: String { path + "/lock" }

  /// Whether another training has the lock.
  private var isInUse: Bool {
    let file = unsafe open(lockPath, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    // The lock, when it could be had, goes with this.
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

  /// Whether a folder is that of a training.
  static func hasCheckpoints(_ path: String) -> Bool { !checkpoints(path).isEmpty }

  private static func checkpoints(_ path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix(prefix) && Int($0.dropFirst(prefix.count)) != nil }
      .sorted().reversed().map { path + "/" + $0 }
  }

  /// The newest checkpoint that is whole; damaged ones are told of and passed over.
  func newestCheckpoint() throws -> (checkpoint: Checkpoint, path: String) {
    var last: TrainingError?
    let candidates = checkpoints
    for candidate in candidates {
      do throws(TrainingError) {
        return (try Checkpoint(path: candidate), candidate)
      } catch {
        if candidate != candidates.last {
          note("tarsus-lab: \(error); taking the one before")
        }
        last = error
      }
    }
    throw last ?? .file(path: path, reason: "no such checkpoint; 'tarsus-lab train' makes one")
  }

  /// The checkpoint that did best in an evaluation.
  func bestCheckpoint() throws(TrainingError) -> (checkpoint: Checkpoint, path: String) {
    (try Checkpoint(path: bestPath), bestPath)
  }

  /// Writes a checkpoint, and removes the oldest when there are too many.
  func add(_ checkpoint: Checkpoint) throws {
    try checkThatItIsThere()
    let steps = String(checkpoint.steps)
    let padding = String(repeating: "0", count: max(0, 12 - steps.count))
    try checkpoint.write(path: path + "/" + Self.prefix + padding + steps)
    for old in checkpoints.dropFirst(Self.checkpointsMax) {
      try? FileManager.default.removeItem(atPath: old)
    }
  }

  /// Writes the checkpoint that did best so far.
  func keep(best checkpoint: Checkpoint) throws {
    try checkThatItIsThere()
    try checkpoint.write(path: bestPath)
  }

  private func checkThatItIsThere() throws {
    guard Self.isFolder(path) else {
      throw Failure.report(
        "run \(path): the folder was moved or removed while this training wrote there; go on with "
          + "--resume and the folder's new name", Failure.failed)
    }
  }
}
