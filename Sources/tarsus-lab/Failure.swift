internal import ArgumentParser
internal import CommandSupport
internal import Exchange
internal import Foundation
internal import Locomotion
internal import PolicyNetwork
internal import Realtime
internal import Settings
internal import Training
internal import Viewer

extension Failure {
  /// Runs `body` and turns the errors of the modules into sentences and exit codes.
  static func reporting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SettingsError {
      throw report(error, wrongUse)
    } catch let error as ContractError {
      throw report(error, refused)
    } catch let error as PolicyFileError {
      throw report("policy: \(error)", refused)
    } catch let error as TensorBoardError {
      throw report(error, failed)
    } catch let error as PageError {
      throw report(error, failed)
    } catch TaskError.setting(let error) {
      throw report(error, wrongUse)
    } catch let error as TrainingError {
      if case .notDeployable = error { throw report(error, wrongUse) }
      throw report(error, failed)
    } catch let error as TaskError {
      throw report(error, failed)
    }
  }
}

/// Writes a whole file.
///
/// - Parameters:
///   - what: What it is, for the message.
///   - isReplacing: Whether one with contents may be replaced; those of a run's own folder may.
func writeFile(_ data: Data, to path: String, what: String, isReplacing: Bool) throws {
  try naming(what) { () throws(FileError) in
    try OutputFile.write([UInt8](data), to: path, isReplacing: isReplacing)
  }
}

/// Refuses a path at which something would be lost, before the work that leads to it.
func checkFree(_ path: String, what: String, isReplacing: Bool) throws {
  guard !isReplacing else { return }
  try naming(what) { () throws(FileError) in try OutputFile.checkFree(path) }
}

private func naming(_ what: String, _ body: () throws(FileError) -> Void) throws {
  do {
    try body()
  } catch {
    let isOccupied = error.reason == .occupied
    let cure = isOccupied ? "; name another, or replace it with --force" : ""
    throw Failure.report(
      "\(what) \(error.path): cannot be written: \(error.problem)\(cure)",
      isOccupied ? Failure.wrongUse : Failure.failed)
  }
}

/// The bytes of a file that a command was told to read.
///
/// - Parameters:
///   - byteCountMax: More than any such file has.
///   - what: What it is, for the message.
///   - cure: What to do when there is none.
func readFile(_ path: String, byteCountMax: Int, what: String, cure: String) throws -> [UInt8] {
  do throws(FileError) {
    return try InputFile.bytes(path: path, byteCountMax: byteCountMax)
  } catch {
    let problem = error.reason == .system(ENOENT) ? "no such file; \(cure)" : error.problem
    throw Failure.report("\(what) \(path): \(problem)", Failure.wrongUse)
  }
}

/// Refuses numbers of threads that no machine has.
func checkThreads(_ threads: Int) throws(ValidationError) {
  if !(0...1_024).contains(threads) {
    throw ValidationError("--threads: found \(threads), expected 0 to 1024")
  }
}
