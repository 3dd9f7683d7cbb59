internal import Locomotion

/// Acts in one slice of the environments and records what each tick brings.
protocol SliceActor: AnyObject {
  /// Hands the slice's environments the actions for their observations.
  func act(tick: Int)

  /// Records rewards and outcomes once the slice has been observed.
  func record(tick: Int)
}

extension SliceActor {
  func record(tick: Int) {}
}

/// Steps environments under a policy, slice by slice: the one loop of training and evaluation.
struct RolloutLoop {
  let environments: any Environments
  /// One per slice; their number divides that of the environments.
  let actors: [any SliceActor]

  /// Runs some ticks of all environments; episodes that are done are reset.
  ///
  /// - Parameter stepped: Called after each tick of the physics, before episodes are reset.
  func run(ticks: Int, stepped: () -> Void = {}) throws(TaskError) {
    for tick in 0..<ticks {
      environments.concurrently(actors.count) { slice in
        if tick > 0 { observe(slice, tick: tick - 1) }
        actors[slice].act(tick: tick)
      }
      try environments.advance()
      stepped()
    }
    environments.concurrently(actors.count) { observe($0, tick: ticks - 1) }
  }

  private func observe(_ slice: Int, tick: Int) {
    environments.observe(in: A2C.part(slice, of: actors.count, count: environments.count))
    actors[slice].record(tick: tick)
  }
}
