internal import Physics

/// The bodies of all simulations of a task of Gymnasium.
final class GymnasiumBodies: EpisodeBodies, @unchecked Sendable {
  let kind: GymnasiumTask.Kind
  let batch: SimulationBatch
  /// The model's own state.
  let initial: [Double]
  let tickSeconds: Double

  init(task: GymnasiumTask, count: Int, threadCount: Int) throws(TaskError) {
    let model = try task.loadModel()
    kind = task.kind
    do {
      batch = try SimulationBatch(
        of: model, count: count, threadCount: threadCount, isMeasuringForces: kind.hasForces)
    } catch {
      throw .physics(error)
    }
    initial = batch.state(of: 0)
    tickSeconds = model.timestepSeconds * Double(kind.stepsPerTick)
  }

  var episodeTicksMax: Int { GymnasiumTask.Kind.episodeTicksMax }
  /// One number per motor.
  var actionSpace: ActionSpace { .continuous(width: kind.sizes.motors) }
  var observationWidth: Int { kind.observationWidth }

  func advance() throws(TaskError) {
    do {
      try batch.step(count: kind.stepsPerTick)
    } catch {
      throw .physics(error)
    }
  }

  func state(of index: Int) -> [Double] { batch.state(of: index) }

  func setState(_ state: [Double], of index: Int) { batch.setState(state, of: index) }

  /// True when a body is up.
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

  /// Place along the track by which the forward speed is measured, in metres.
  func forwardPlace(_ index: Int) -> Double {
    // The ant's torso is where the last stage of Runge-Kutta saw it: Gymnasium reads it so.
    kind.hasForces
      ? batch.steppedPosition(axis: 0, part: 1, of: index) : batch.generalizedPosition(0, of: index)
  }

  /// Sum of the squared forces on all parts, in N² and (N m)².
  func squaredForces(_ index: Int) -> Double {
    var sum = 0.0
    for part in 0..<kind.sizes.parts {
      for component in 0..<6 {
        let force = clippedForce(component, part, index)
        sum += force * force
      }
    }
    return sum
  }

  /// Calls `write` with each number of the observation, unrounded, in order.
  func observe(_ index: Int, as moment: ObservationMoment, _ write: (Double) -> Void) {
    for position in kind.hiddenPositionCount..<kind.sizes.positions {
      write(batch.generalizedPosition(position, of: index))
    }
    for velocity in 0..<kind.sizes.velocities {
      let value = batch.generalizedVelocity(velocity, of: index)
      write(min(max(value, -kind.velocityMax), kind.velocityMax))
    }
    guard kind.hasForces else { return }
    for part in 1..<kind.sizes.parts {
      for component in 0..<6 {
        // Before the first tick nothing has measured a force.
        write(moment == .start ? 0 : clippedForce(component, part, index))
      }
    }
  }

  private func clippedForce(_ component: Int, _ part: Int, _ index: Int) -> Double {
    let force = batch.force(component, part: part, of: index)
    return min(max(force, -GymnasiumTask.Kind.forceMax), GymnasiumTask.Kind.forceMax)
  }
}

extension GymnasiumTask {
  func scene() throws(TaskError) -> Scene {
    let model = try loadModel()
    return model.scene(tickSeconds: model.timestepSeconds * Double(kind.stepsPerTick))
  }
}
