internal import CMuJoCo

/// Forces on the parts of a body, in a batch that measures them.
extension SimulationBatch {
  /// Force on a part from outside it, contacts included, as of the last step.
  ///
  /// - Parameters:
  ///   - component: 0 to 2 the torque, 3 to 5 the force, in the world's directions about the
  ///     centre of mass of the whole body.
  ///   - part: In the model's order; the world is part 0.
  public func force(_ component: Int, part: Int, of simulation: Int) -> Double {
    let rows = measuredForces
    return unsafe rows.forces[(simulation * rows.partCount + part) * 6 + component]
  }

  /// Position of a part in the world along one axis, in metres, as the last step computed it.
  ///
  /// With the Runge-Kutta integrator it is the position in the last stage, not at the end of the
  /// step.
  public func steppedPosition(axis: Int, part: Int, of simulation: Int) -> Double {
    let rows = measuredForces
    return unsafe rows.places[(simulation * rows.partCount + part) * 3 + axis]
  }

  private var measuredForces: ForceRows {
    guard let forces else { preconditionFailure("a batch that measures forces") }
    return forces
  }
}

/// Forces on the parts of all simulations and their positions: `[simulation, part, component]`.
///
/// Not the batch's own `mjb_output`: after `mjb_apply` it holds what was there before the call.
@safe
final class ForceRows {
  let partCount: Int
  let forces: UnsafeMutablePointer<Double>
  let places: UnsafeMutablePointer<Double>
  /// Physics steps of the call under way.
  private var stepCount = 0

  /// Makes rows of zeros.
  init(count: Int, partCount: Int) {
    self.partCount = partCount
    unsafe forces = .allocate(capacity: count * partCount * 6)
    unsafe forces.initialize(repeating: 0, count: count * partCount * 6)
    unsafe places = .allocate(capacity: count * partCount * 3)
    unsafe places.initialize(repeating: 0, count: count * partCount * 3)
  }

  deinit {
    unsafe forces.deallocate()
    unsafe places.deallocate()
  }

  /// Steps all simulations and fills the rows, in one call so that the threads meet only once.
  ///
  /// - Returns: Number of simulations that failed.
  func step(_ batch: OpaquePointer, count: Int, stepCount: Int) -> Int32 {
    self.stepCount = stepCount
    return unsafe mjb_apply(
      batch, nil, Int32(count), stepAndMeasure, Unmanaged.passUnretained(self).toOpaque(), 1)
  }

  /// Steps one simulation and fills its rows.
  fileprivate func step(
    _ model: UnsafePointer<mjModel>, _ data: UnsafeMutablePointer<mjData>, _ simulation: Int
  ) {
    for _ in 0..<stepCount { unsafe mj_step(model, data) }
    unsafe mj_rnePostConstraint(model, data)
    let force = unsafe forces + simulation * partCount * 6
    unsafe force.update(from: data.pointee.cfrc_ext, count: partCount * 6)
    let place = unsafe places + simulation * partCount * 3
    unsafe place.update(from: data.pointee.xpos, count: partCount * 3)
  }
}

private func stepAndMeasure(
  _ model: UnsafePointer<mjModel>?, _ data: UnsafeMutablePointer<mjData>?, _ simulation: Int32,
  _ context: UnsafeMutableRawPointer?
) {
  let rows = unsafe Unmanaged<ForceRows>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
  unsafe rows.step(model.unsafelyUnwrapped, data.unsafelyUnwrapped, Int(simulation))
}
