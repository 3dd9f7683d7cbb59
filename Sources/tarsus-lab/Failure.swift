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
  /// Runs `body` and turns errors of the modules into messages and exit codes.
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
///   - what: Kind of the file, for the message.
///   - isReplacing: `true` to replace a file with contents.
func writeFile(_ data: Data, to path: String, what: String, isReplacing: Bool) throws {
  try naming(what) { () throws(FileError) in
    try OutputFile.write([UInt8](data), to: path, isReplacing: isReplacing)
  }
}

/// Refuses to overwrite a file, before the work that produces its contents.
func checkFree(_ path: String, what: String, isReplacing: Bool) throws {
  guard !isReplacing else { return }
  try naming(what) { () throws(FileError) in try OutputFile.checkFree(path) }
}

private func naming(_ what: String, _ body: () throws(FileError) -> Void) throws {
  do {
    try body()
  } catch {
    let isOccupied = error.reason == .occupied
    let cure = isOccupied ? "; choose another name, or replace it with --force" : ""
    throw Failure.report(
      "\(what) \(error.path): cannot be written: \(error.problem)\(cure)",
      isOccupied ? Failure.wrongUse : Failure.failed)
  }
}

/// Reads a file that the user has named.
///
/// - Parameters:
///   - byteCountMax: Upper bound on the size of such files.
///   - what: Kind of the file, for the message.
///   - cure: Cure for a missing file.
func readFile(_ path: String, byteCountMax: Int, what: String, cure: String) throws -> [UInt8] {
  do throws(FileError) {
    return try InputFile.bytes(path: path, byteCountMax: byteCountMax)
  } catch {
    let problem = error.reason == .system(ENOENT) ? "no such file; \(cure)" : error.problem
    throw Failure.report("\(what) \(path): \(problem)", Failure.wrongUse)
  }
}

/// Refuses impossible numbers of threads.
func checkThreads(_ threads: Int) throws(ValidationError) {
  if !(0...1_024).contains(threads) {
    throw ValidationError("--threads: found \(threads), expected 0 to 1024")
  }
}
