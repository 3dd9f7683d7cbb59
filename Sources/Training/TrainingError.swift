/// A training that cannot begin or continue.
public enum TrainingError: Error, Equatable, Sendable {
  /// A number of the learner is not finite, or has exploded.
  case diverged(step: Int, term: String)
  /// A file of a run cannot be read or written.
  case file(path: String, reason: String)
  /// A checkpoint has another format.
  case checkpointVersion(path: String, found: Int, expected: Int)
  /// A checkpoint is damaged or belongs to another run.
  case checkpointUnusable(path: String, reason: String)
  /// A body's files have changed since the checkpoint.
  case bodyChanged(path: String, files: [String])
  /// The task has no robot to deploy a policy to.
  case notDeployable(task: String)
  /// A frozen policy does not reproduce the trainer's actions.
  case freezeDisagrees(difference: Float)
}

extension TrainingError: CustomStringConvertible {
  /// One sentence: the finding, the expectation, the cure.
  public var description: String {
    switch self {
    case .diverged(let step, let term):
      "training: \(term) is not finite, or has exploded, at step \(step); nothing was "
        + "overwritten; lower the learning rate or the KL target"
    case .file(let path, let reason): "\(path): \(reason)"
    case .checkpointVersion(let path, let found, let expected):
      "checkpoint \(path): format \(found) found, \(expected) expected; "
        + (found > expected
          ? "this program is older than the run: update it"
          : "use the Tarsus version that wrote it, or train again")
    case .checkpointUnusable(let path, let reason):
      "checkpoint \(path): \(reason); train again, or name another run"
    case .bodyChanged(let path, let files):
      "checkpoint \(path): it was trained with other contents of "
        + "\(files.joined(separator: " or ")); restore these files, or train again"
    case .notDeployable(let task):
      "task \(task): found no robot to deploy to; freeze a run of 'spider' or 'walker', or use "
        + "'tarsus-lab evaluate' on the run itself"
    case .freezeDisagrees(let difference):
      "freezing: the frozen actor's actions differ by \(difference) from the trainer's; "
        + "nothing was written"
    }
  }
}
