internal import Physics
internal import RobotDescription

/// What a body did in a tick, as the reward and the tally of its episode need it.
struct Motion {
  /// Horizontal part of the torso's upward direction, squared.
  var tilt: Float = 0
  /// Vertical speed, in metres per second.
  var rise: Float = 0
  /// Speed forward and to the left, in metres per second.
  var planar = SIMD2<Float>.zero
  /// Mean squared joint rate, in radians per second.
  var jointRate: Float = 0
  /// Work of the servos, in watts.
  var power: Float = 0
}

/// A foot after a tick.
struct FootState {
  /// Place over ground, in metres.
  var position = SIMD2<Double>.zero
  /// Height of the lowest point over the floor, in metres.
  var clearance: Float = 0
  /// Largest clearance of the half second so far, in metres.
  var lift: Float = 0
  /// Speed over ground, in metres per second.
  var speed: Float = 0
  /// Ticks off the ground; 0 while it touches.
  var airTicks: Int32 = 0
  /// Ticks off the ground of the step that the tick ended; 0 when it ended none.
  var stepTicks: Int32 = 0

  /// Height up to which a foot touches the floor, in metres: contact is soft.
  static var touchingMetresMax: Float { 0.002 }

  var isTouching: Bool { airTicks == 0 }

  /// Speed over ground of a foot that touched it before the tick and after, in metres per second.
  ///
  /// What a landing foot moved in the air is no slip.
  var slipSpeed: Float { isTouching && stepTicks == 0 ? speed : 0 }

  /// Follows the foot to where it is now.
  ///
  /// - Parameter seconds: Time since the last tick; `nil` when there was none to measure against.
  mutating func move(to position: SIMD2<Double>, clearance: Float, seconds: Float?) {
    let way = position - self.position
    speed = seconds.map { Float((way * way).sum().squareRoot()) / $0 } ?? 0
    self.position = position
    self.clearance = clearance
    lift = max(lift, clearance)
    let isTouching = clearance <= Self.touchingMetresMax
    stepTicks = isTouching ? airTicks : 0
    airTicks = isTouching ? 0 : airTicks + 1
  }
}

/// The feet of one body; those beyond its number stay as they are.
typealias FootStates = InlineArray<8, FootState>

/// The part of a half second for which the velocity has been averaged.
struct VelocityAverage {
  /// Forward and left in metres per second, turning in radians per second.
  var sum = SIMD3<Double>.zero
  var ticks = 0
  /// Whether the body is still taking up a new command: its error does not count.
  var isSettling = true
}

extension LeggedEnvironments {
  /// Time over which velocity is averaged before it is compared with the command.
  static var averagingSeconds: Float { 0.5 }

  /// Looks at what a simulation did in the last tick.
  func measure(_ index: Int) {
    let axes = batch.axes(of: index)
    let velocity = batch.velocity(of: index)
    let forward = axes.forward
    let scale = 1 / max(1e-6, (forward.x * forward.x + forward.y * forward.y).squareRoot())
    let heading = SIMD2(forward.x, forward.y) * scale
    let planar = SIMD2(
      velocity.x * heading.x + velocity.y * heading.y,
      velocity.y * heading.x - velocity.x * heading.y)
    let yawRate = Float(batch.angularRate(of: index).z)
    episodes[index].velocity +=
      task.configuration.velocitySmoothing
      * (SIMD3(Float(planar.x), Float(planar.y), yawRate) - episodes[index].velocity)
    episodes[index].motion.planar = SIMD2<Float>(planar)
    episodes[index].motion.tilt = Float(forward.z * forward.z + axes.left.z * axes.left.z)
    episodes[index].motion.rise = Float(velocity.z)
    measureJoints(index)
    measureFeet(index)
    average(SIMD3(planar.x, planar.y, Double(yawRate)), index)
  }

  private func measureJoints(_ index: Int) {
    var squares = 0.0
    var power = 0.0
    for joint in 0..<task.robot.jointCount {
      let rate = batch.jointVelocity(joint, of: index)
      squares += rate * rate
      power += abs(batch.servoTorque(joint, of: index) * rate)
    }
    episodes[index].motion.jointRate = Float(squares) / Float(task.robot.jointCount)
    episodes[index].motion.power = Float(power)
    episodes[index].record.sums.energyJoules += power * Double(task.robot.controlPeriodSeconds)
  }

  private func measureFeet(_ index: Int) {
    let isFirst = episodes[index].clockTicks <= 1
    let seconds = isFirst ? nil : task.robot.controlPeriodSeconds
    for foot in 0..<batch.footCount {
      let (position, clearance) = batch.foot(foot, of: index)
      episodes[index].feet[foot].move(
        to: SIMD2(position.x, position.y), clearance: Float(clearance), seconds: seconds)
      episodes[index].record.sums.slipMetres +=
        Double(episodes[index].feet[foot].slipSpeed * task.robot.controlPeriodSeconds)
    }
  }

  /// Adds a tick's velocity, seen from the heading, to the average of its half second.
  private func average(_ velocity: SIMD3<Double>, _ index: Int) {
    episodes[index].averaging.sum += velocity
    episodes[index].averaging.ticks += 1
    guard episodes[index].averaging.ticks == averagingTicks else { return }
    let averaging = episodes[index].averaging
    if !averaging.isSettling {
      let command = episodes[index].command
      let error =
        averaging.sum / Double(averaging.ticks)
        - SIMD3(Double(command.forward), Double(command.left), Double(command.yawRate))
      let squares = error * error * Double(averaging.ticks)
      episodes[index].record.sums.velocityErrorSquares += squares.x + squares.y
      episodes[index].record.sums.yawRateErrorSquares += squares.z
      episodes[index].record.sums.velocityTicks += averaging.ticks
      if !command.isStill, batch.footCount > 0 {
        episodes[index].record.sums.footLiftMetres += Double(leastLift(index))
        episodes[index].record.sums.footLiftCount += 1
      }
    }
    endAverage(index)
    episodes[index].averaging.isSettling = false
  }

  /// How high the foot came in the half second that was lifted least, in metres.
  private func leastLift(_ index: Int) -> Float {
    var least = Float.infinity
    for foot in 0..<batch.footCount { least = min(least, episodes[index].feet[foot].lift) }
    return least
  }

  /// Takes the way of the average so far, however short, and begins another.
  func endAverage(_ index: Int) {
    let sum = episodes[index].averaging.sum
    episodes[index].record.sums.distanceMetres +=
      (sum.x * sum.x + sum.y * sum.y).squareRoot() * Double(task.robot.controlPeriodSeconds)
    episodes[index].averaging.sum = .zero
    episodes[index].averaging.ticks = 0
    for foot in 0..<batch.footCount { episodes[index].feet[foot].lift = 0 }
  }
}
