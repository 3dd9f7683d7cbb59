/// Profile of a servo's move from its position to its goal: a trapezoid of velocity.
struct ServoProfile {
  /// Present position of the profile, in ticks.
  private(set) var position = 0.0
  private var velocity = 0.0

  /// Begins at a position, at rest.
  mutating func begin(at position: Double) {
    self.position = position
    velocity = 0
  }

  /// Lets time pass.
  ///
  /// - Parameters:
  ///   - speedMax: In ticks per second; 0 sets no limit, so that the move takes no time.
  ///   - accelerationMax: In ticks per second squared; 0 sets no limit.
  mutating func pass(seconds: Double, goal: Double, speedMax: Double, accelerationMax: Double) {
    let way = goal - position
    guard speedMax > 0 else {
      position = goal
      velocity = 0
      return
    }
    var wanted = way < 0 ? -speedMax : speedMax
    if accelerationMax > 0 {
      // The largest velocity from which it can stop at the goal.
      let stopping = (2 * accelerationMax * abs(way)).squareRoot()
      wanted = min(max(wanted, -stopping), stopping)
      let change = accelerationMax * seconds
      velocity += min(max(wanted - velocity, -change), change)
    } else {
      velocity = wanted
    }
    if abs(velocity) * seconds >= abs(way) && velocity * way >= 0 {
      position = goal
      velocity = 0
    } else {
      position += velocity * seconds
    }
  }
}
