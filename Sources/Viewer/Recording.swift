public import Physics

/// A recorded motion of a body, to be shown as a page.
public struct Recording: Sendable {
  /// Title of the page.
  public var name: String
  /// Facts about the recording, each in a few words.
  public var facts: [String]
  /// The recorded body.
  public var scene: Scene
  /// Pose of the body at each tick.
  public var frames: [SceneFrame] = []
  /// Curves of the policy's training; `nil` when they are not known.
  public var curves: LearningCurves?

  /// Makes a recording without frames.
  public init(name: String, facts: [String] = [], scene: Scene) {
    self.name = name
    self.facts = facts
    self.scene = scene
  }
}
