internal import Physics

/// What Gymnasium's `step` reckons after the physics.
extension GymnasiumEnvironments {
  /// The reward of the last tick; it moves ``Episode/x`` on.
  func reward(_ index: Int) -> Double {
    // The ant's torso is where the last stage of Runge-Kutta saw it: Gymnasium reads it so.
    let x =
      kind.hasForces
      ? batch.steppedPosition(axis: 0, part: 1, of: index)
      : batch.generalizedPosition(0, of: index)
    let speed = (x - episodes[index].x) / tickSeconds
    episodes[index].x = x
    let health = isHealthy(index) ? 1.0 : 0
    var costs = kind.controlCost * episodes[index].effort
    if kind.hasForces {
      var sum = 0.0
      for part in 0..<kind.sizes.parts {
        for component in 0..<6 {
          let force = limitedForce(component, part, index)
          sum += force * force
        }
      }
      costs += GymnasiumTask.Kind.forceCost * sum
    }
    return speed + health - costs
  }

  /// Whether the body is up.
  func isHealthy(_ index: Int) -> Bool {
    switch kind {
    case .walker2d:
      let height = batch.generalizedPosition(1, of: index)
      let pitch = batch.generalizedPosition(2, of: index)
      return height > 0.8 && height < 2 && pitch > -1 && pitch < 1
    case .ant:
      guard (0.2...1).contains(batch.generalizedPosition(2, of: index)) else { return false }
      return (0..<kind.sizes.positions).allSatisfy {
        batch.generalizedPosition($0, of: index).isFinite
      }
        && (0..<kind.sizes.velocities).allSatisfy {
          batch.generalizedVelocity($0, of: index).isFinite
        }
    }
  }

  /// Writes the observation of a simulation, unrounded.
  ///
  /// - Parameter isFirst: Whether no tick has gone before it; forces are then zero.
  func measure(_ index: Int, isFirst: Bool) {
    var column = index * observationWidth
    for position in kind.hiddenPositionCount..<kind.sizes.positions {
      measurements[column] = batch.generalizedPosition(position, of: index)
      column += 1
    }
    for velocity in 0..<kind.sizes.velocities {
      let value = batch.generalizedVelocity(velocity, of: index)
      measurements[column] = min(max(value, -kind.velocityMax), kind.velocityMax)
      column += 1
    }
    guard kind.hasForces else { return }
    for part in 1..<kind.sizes.parts {
      for component in 0..<6 {
        measurements[column] = isFirst ? 0 : limitedForce(component, part, index)
        column += 1
      }
    }
  }

  private func limitedForce(_ component: Int, _ part: Int, _ index: Int) -> Double {
    let force = batch.force(component, part: part, of: index)
    return min(max(force, -GymnasiumTask.Kind.forceMax), GymnasiumTask.Kind.forceMax)
  }
}
