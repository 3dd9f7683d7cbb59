internal import CommandSupport
internal import Foundation
internal import Locomotion
internal import Settings
internal import Training

/// All settings of a training, without its seed and the files of the body.
struct RunConfiguration: Codable, Equatable {
  /// Name of the task: a body of `sim/bodies` with a robot file, or a published task.
  var name: String
  /// Environment steps of the whole training.
  var steps = 1_200_000
  /// Settings of the learner.
  var learner = LearnerConfiguration()
  /// Commands, episodes, reward and randomisation of a legged body; `nil` for published tasks.
  var task: TaskConfiguration?

  /// Reads the tuned settings of a task from `sim/tasks`, with files and settings laid over them.
  ///
  /// - Parameters:
  ///   - files: YAML files; later ones override earlier ones.
  ///   - settings: Each such as `learner.discount=0.99`; they override the files.
  init(task name: String, files: [String] = [], settings: [String] = []) throws {
    var tree = try Self.defaults(name: name)
    try BodyFiles.checkName(name, what: "task")
    let path = try BodyFiles.path("sim/tasks/\(name).yaml", what: "task '\(name)'")
    // Some files in that folder are overlays and no tasks.
    if !TrainingTask.publishedNames.contains(name) { _ = try BodyFiles(body: name) }
    for file in [path] + files {
      try tree.overlay(
        yaml: try SettingsText.read(path: file, what: "settings of a training"), source: file)
    }
    for setting in settings { try tree.overlay(setting: setting) }
    self = try tree.settings(RunConfiguration.self)
    guard self.name == name else {
      throw SettingsError(setting: "name", found: "'\(self.name)'", expected: "'\(name)'")
    }
    try Self.settings.check(self)
  }

  private static let settings: [Setting<RunConfiguration>] = [
    Setting(
      "name", \.name, "the task of the command",
      "task: a body of sim/bodies with a robot file, or a published task"
    ) { _ in true },
    Setting(
      "steps", \.steps, .from(0), unit: "environment steps",
      "length of the training; 0 writes the untrained policy"),
  ]

  /// Key, meaning, unit and range of every setting.
  static let descriptions =
    settings.map(\.description) + LearnerConfiguration.settings.map(\.description)
    + TaskConfiguration.settings.map(\.description)

  /// The defaults of a legged body, which has all settings, or of a published task.
  static func defaults(name: String) throws -> ConfigurationTree {
    try ConfigurationTree(RunConfiguration(name: name))
  }

  /// The settings as a YAML file that explains each, and can be read with `--config`.
  var commentedText: String {
    get throws {
      try ConfigurationTree(self).text(
        describedBy: Self.descriptions, defaults: Self.defaults(name: name))
    }
  }

  private init(name: String) {
    self.name = name
    task = TrainingTask.publishedNames.contains(name) ? nil : TaskConfiguration()
  }

  /// The settings as a YAML file, which `--config` reads.
  var text: String { get throws { try ConfigurationTree(self).text } }

  /// The settings as a YAML file, with the seed in a comment.
  func text(seed: UInt64) throws -> String { Self.textStart + "\(seed)\n" + (try text) }

  /// Start of the configuration file in a run's folder.
  static let textStart = "# --seed "

  /// Makes the task to train.
  func trainingTask() throws -> TrainingTask { try TrainingTask(name: name, configuration: task) }
}

extension Trainer {
  /// Continues from a checkpoint, with the task that it names.
  convenience init(
    resuming saved: (checkpoint: Checkpoint, path: String), threadCount: Int = 0
  ) throws {
    let (checkpoint, path) = saved
    try self.init(
      resuming: checkpoint, path: path,
      task: TrainingTask(name: checkpoint.task, configuration: checkpoint.taskConfiguration),
      threadCount: threadCount)
  }
}

extension TrainingTask {
  /// Makes the task of a name.
  ///
  /// - Parameter configuration: Of a legged body; `nil` takes the tuned settings.
  init(name: String, configuration: TaskConfiguration?) throws {
    if Self.publishedNames.contains(name) {
      try self.init(published: name)
    } else {
      let configuration = try configuration ?? RunConfiguration(task: name).task
      self = .legged(try BodyFiles(body: name).task(configuration ?? TaskConfiguration()))
    }
  }
}
