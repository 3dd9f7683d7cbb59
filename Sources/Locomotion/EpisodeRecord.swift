/// How far one simulation's episode has come, and the tally of those before it.
struct EpisodeRecord {
  /// Ticks so far.
  var ticks = 0
  /// Ticks after which the episode is cut off.
  var ticksMax: Int
  /// Sum of the rewards so far.
  var reward: Float = 0
  /// What else is added up of the episode under way.
  var sums = EpisodeTally()
  /// Of the last episode that has ended; of none before that.
  private(set) var last = EpisodeTally()
  /// Of the episodes that have ended since it was taken.
  private var tally = EpisodeTally()

  /// A first episode of `ticksMax` ticks.
  init(ticksMax: Int) { self.ticksMax = ticksMax }

  /// Whether the episode is to be cut off.
  var isTimeUp: Bool { ticks >= ticksMax }

  /// Begins another episode, of `ticksMax` ticks.
  mutating func begin(ticksMax: Int) {
    ticks = 0
    self.ticksMax = ticksMax
    reward = 0
    sums = EpisodeTally()
  }

  /// Adds a tick.
  mutating func add(reward: Float) {
    ticks += 1
    self.reward += reward
  }

  /// Ends the episode: it is now the last one.
  mutating func end(fell: Bool) {
    last = sums
    last.count = 1
    last.falls = fell ? 1 : 0
    last.ticks = ticks
    last.reward = Double(reward)
    tally.add(last)
  }

  /// Gives the tally of the ended episodes, and begins another.
  mutating func takeTally() -> EpisodeTally {
    defer { tally = EpisodeTally() }
    return tally
  }

  /// Ticks of the first episode of simulation `index` of `count`, each a little shorter than the
  /// one before, so that they do not all begin anew at once.
  static func staggered(_ ticksMax: Int, index: Int, count: Int) -> Int {
    ticksMax - index * ticksMax / count
  }
}
