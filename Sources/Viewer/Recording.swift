public import Physics

/// A body in motion, as a page shows it.
public struct Recording: Sendable {
  /// What was recorded: the page's title.
  public var name: String
  /// What else there is to say, each in a few words.
  public var facts: [String]
  /// The body.
  public var scene: Scene
  /// The body at each tick.
  public var frames: [SceneFrame] = []
  /// How the policy learnt; `nil` where that is not known.
  public var curves: LearningCurves?

  /// A recording without frames so far.
  public init(name: String, facts: [String] = [], scene: Scene) {
    self.name = name
    self.facts = facts
    self.scene = scene
  }
}
