/// Why training cannot begin or go on.
public enum TrainingError: Error, Equatable, Sendable {
  /// A number of the learner is no longer finite, or beyond any that makes sense.
  case diverged(step: Int, term: String)
  /// A file of a run cannot be read or written.
  case file(path: String, reason: String)
  /// A checkpoint of another format.
  case checkpointVersion(path: String, found: Int, expected: Int)
  /// A checkpoint is damaged or not of this run.
  case checkpointUnusable(path: String, reason: String)
  /// A checkpoint is of a body that has been changed since.
  case bodyChanged(path: String, files: [String])
  /// The task has no robot that a policy could be deployed to.
  case notDeployable(task: String)
  /// A frozen policy does not reproduce the trainer's actions.
  case freezeDisagrees(difference: Float)
}

extension TrainingError: CustomStringConvertible {
  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .diverged(let step, let term):
      "training: \(term) is no longer finite, or has exploded, at step \(step); nothing was "
        + "overwritten; lower the learning rate or the divergence target"
    case .file(let path, let reason): "\(path): \(reason)"
    case .checkpointVersion(let path, let found, let expected):
      "checkpoint \(path): format \(found) found, \(expected) expected; "
        + (found > expected
          ? "this program is older than the run: update it"
          : "go on with the Tarsus that wrote it, or train again")
    case .checkpointUnusable(let path, let reason):
      "checkpoint \(path): \(reason); train again, or name another run"
    case .bodyChanged(let path, let files):
      "checkpoint \(path): it was trained with other contents of \(files.joined(separator: " or ")); "
        + "put back what it was trained with, or train anew"
    case .notDeployable(let task):
      "task \(task): it has no robot to deploy to; freeze a run of 'spider' or 'walker', or use "
        + "'tarsus-lab evaluate' on the run itself"
    case .freezeDisagrees(let difference):
      "freezing: the frozen actor's actions differ by \(difference) from the trainer's; "
        + "nothing was written"
    }
  }
}
