internal import ArgumentParser
internal import Exchange
internal import Foundation
internal import Locomotion
internal import PolicyNetwork
internal import RobotFiles
internal import Training
internal import Viewer

/// Why a command ends without success: the exit code, and the sentence for standard error.
enum Failure {
  /// Something did not work.
  static let failed = ExitCode(1)
  /// The command was used wrongly.
  static let wrongUse = ExitCode(2)
  /// It would not have been safe.
  static let refused = ExitCode(3)

  /// Tells the reason on standard error.
  static func report(_ reason: some CustomStringConvertible, _ code: ExitCode) -> ExitCode {
    FileHandle.standardError.write(Data("tarsus-lab: \(reason)\n".utf8))
    return code
  }

  /// Runs `body` and turns the errors of the modules into sentences and exit codes.
  static func reporting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ConfigurationError {
      throw report(error, wrongUse)
    } catch let error as RobotFileError {
      throw report(error, wrongUse)
    } catch let error as ContractError {
      throw report(error, refused)
    } catch let error as PolicyFileError {
      throw report("policy: \(error)", refused)
    } catch let error as TensorBoardError {
      throw report(error, failed)
    } catch let error as PageError {
      throw report(error, failed)
    } catch TaskError.settingOutOfRange(let name, let found, let expected) {
      let setting = ConfigurationTree.snakeCase(name)
      throw report("setting task.\(setting): found \(found), expected \(expected)", wrongUse)
    } catch TrainingError.settingOutOfRange(let name, let found, let expected) {
      let setting = ConfigurationTree.snakeCase(name)
      throw report("setting learner.\(setting): found \(found), expected \(expected)", wrongUse)
    } catch let error as TrainingError {
      if case .notDeployable = error { throw report(error, wrongUse) }
      throw report(error, failed)
    } catch let error as TaskError {
      throw report(error, failed)
    }
  }
}

/// Writes a whole file; one that is there is replaced.
///
/// - Parameter what: What it is, for the message.
func writeFile(_ data: Data, to path: String, what: String) throws {
  do {
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw Failure.report(
      "\(what) \(path): cannot be written: \(error.localizedDescription)", Failure.failed)
  }
}

/// Refuses numbers of threads that no machine has.
func checkThreads(_ threads: Int) throws(ValidationError) {
  if !(0...1_024).contains(threads) {
    throw ValidationError("--threads: found \(threads), expected 0 to 1024")
  }
}

/// Figures as JSON: sorted keys in snake case.
func json(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
