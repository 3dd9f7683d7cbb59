internal import ArgumentParser
internal import CommandSupport
internal import Exchange
internal import Locomotion
internal import PolicyNetwork
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

/// Refuses impossible numbers of threads.
func checkThreads(_ threads: Int) throws(ValidationError) {
  try Failure.check("--threads", threads, in: 0...1_024)
}
