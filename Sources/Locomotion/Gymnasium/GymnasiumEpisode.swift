internal import ParallelArrays
internal import Physics

/// An episode of a task of Gymnasium.
///
/// Everything is computed in double precision; observations and rewards are rounded at the end.
struct GymnasiumEpisode: Episode {
  var record: EpisodeRecord
  /// Place along the track after the last tick, in metres.
  var x = 0.0
  /// Sum of the squared actions of the tick under way.
  private var effort = 0.0

  init(record: EpisodeRecord, on bodies: GymnasiumBodies) { self.record = record }

  /// Sends an action to the motors.
  ///
  /// It is clipped to -1...1 first, for the cost as well as for the motor: published learners keep
  /// their actions within the action space before the task sees them.
  mutating func act(_ action: Span<Float>, on bodies: GymnasiumBodies, at index: Int) {
    effort = 0
    for motor in action.indices {
      let clipped = Double(min(max(action[motor], -1), 1))
      effort += clipped * clipped
      bodies.batch.setControl(clipped, motor, of: index)
    }
  }

  func measure(_ bodies: GymnasiumBodies, at index: Int) {}

  mutating func reward(on bodies: GymnasiumBodies, at index: Int) -> Float {
    Float(exactReward(on: bodies, at: index))
  }

  func isTerminated(on bodies: GymnasiumBodies, at index: Int) -> Bool {
    !bodies.isHealthy(index)
  }

  func observe(
    _ bodies: GymnasiumBodies, at index: Int, as moment: ObservationMoment,
    into rows: SliceBuffer<Float>
  ) {
    var column = index * bodies.observationWidth
    bodies.observe(index, as: moment) {
      rows[column] = Float($0)
      column += 1
    }
  }

  mutating func reset(on bodies: GymnasiumBodies, at index: Int) {
    place(on: bodies, at: index)
    x = bodies.batch.generalizedPosition(0, of: index)
  }

  mutating func place(on bodies: GymnasiumBodies, at index: Int) {
    let (kind, noise) = (bodies.kind, bodies.kind.positionNoise)
    bodies.setState(bodies.initial, of: index)
    for position in 0..<kind.sizes.positions {
      let start = bodies.batch.generalizedPosition(position, of: index)
      bodies.batch.setGeneralizedPosition(
        start + record.random.uniformDouble(in: -noise...noise), position, of: index)
    }
    for velocity in 0..<kind.sizes.velocities {
      let start =
        switch kind {
        case .walker2d: record.random.uniformDouble(in: -5e-3...5e-3)
        case .ant: 0.1 * record.random.normalDouble()
        }
      bodies.batch.setGeneralizedVelocity(start, velocity, of: index)
    }
  }

  func canBeReplaced(by other: GymnasiumEpisode) -> Bool {
    record.canBeReplaced(by: other.record)
  }

  func frame(on bodies: GymnasiumBodies, at index: Int) -> SceneFrame {
    var frame = bodies.batch.frame(of: index, jointCount: bodies.kind.sizes.motors)
    frame.velocity = [Float(bodies.batch.generalizedVelocity(0, of: index))]
    return frame
  }

  static func stored(_ episodes: [GymnasiumEpisode]) -> StoredEpisodes { .gymnasium(episodes) }

  static func episodes(in stored: StoredEpisodes) -> [GymnasiumEpisode]? {
    if case .gymnasium(let episodes) = stored { episodes } else { nil }
  }

  /// Forward speed and health, less the costs of control and of forces; it moves ``x`` on.
  private mutating func exactReward(on bodies: GymnasiumBodies, at index: Int) -> Double {
    let place = bodies.forwardPlace(index)
    let speed = (place - x) / bodies.tickSeconds
    x = place
    let health = bodies.isHealthy(index) ? 1.0 : 0
    var costs = bodies.kind.controlCost * effort
    if bodies.kind.hasForces {
      costs += GymnasiumTask.Kind.forceCost * bodies.squaredForces(index)
    }
    return speed + health - costs
  }
}

extension GymnasiumEpisode: StepwiseEpisode {
  static func positionCount(_ bodies: GymnasiumBodies) -> Int { bodies.kind.sizes.positions }
  static func velocityCount(_ bodies: GymnasiumBodies) -> Int { bodies.kind.sizes.velocities }

  mutating func start(positions: [Double], velocities: [Double], on bodies: GymnasiumBodies) {
    bodies.setState(bodies.initial, of: 0)
    for (index, value) in positions.enumerated() {
      bodies.batch.setGeneralizedPosition(value, index, of: 0)
    }
    for (index, value) in velocities.enumerated() {
      bodies.batch.setGeneralizedVelocity(value, index, of: 0)
    }
    x = positions[0]
  }

  mutating func act(_ action: [Double], on bodies: GymnasiumBodies) {
    for (motor, value) in action.enumerated() { bodies.batch.setControl(value, motor, of: 0) }
    effort = action.reduce(0) { $0 + $1 * $1 }
  }

  mutating func exactReward(on bodies: GymnasiumBodies) -> Double {
    exactReward(on: bodies, at: 0)
  }

  func exactObservation(_ bodies: GymnasiumBodies, as moment: ObservationMoment) -> [Double] {
    var observation: [Double] = []
    bodies.observe(0, as: moment) { observation.append($0) }
    return observation
  }
}
