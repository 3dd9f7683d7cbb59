internal import CommandSupport
internal import Locomotion

extension TrainingTask {
  /// Names of the published tasks.
  static let publishedNames = GymnasiumTask.Kind.allCases.map(\.rawValue) + [cartPole.name]

  /// Makes the published task of a name, with its model in `sim/bodies`.
  init(published name: String) throws {
    if let kind = GymnasiumTask.Kind(rawValue: name) {
      self = .gymnasium(
        GymnasiumTask(kind: kind, modelPath: try BodyFiles.modelPath(body: kind.bodyName)))
    } else if name == Self.cartPole.name {
      self = .cartPole
    } else {
      throw Failure.report(
        "task '\(name)': found no task of this name, expected "
          + Self.publishedNames.joined(separator: ", "), Failure.wrongUse)
    }
  }
}
