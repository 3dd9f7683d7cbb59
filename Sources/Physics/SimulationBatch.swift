internal import CMuJoCo

/// Many simulations of one body, stepped on a pool of threads; results are bit-identical at any
/// number of threads.
///
/// Rows of state are live: what is written to them is the simulation's state at its next step.
/// One thread at a time may call ``step(count:)``; between two steps, different threads may touch
/// different simulations. MuJoCo steps a batch on threads of its own.
@safe
public struct SimulationBatch: ~Copyable {
  /// Number of simulations.
  public let count: Int
  /// Actuators of each body; in a legged body, servos.
  public let jointCount: Int

  /// Number of feet of each body: shapes whose names end in `_foot`, in the order of the model.
  public var footCount: Int { feet.count }

  let batch: OpaquePointer
  let rows: UnsafeMutablePointer<Double>
  let rowStride: Int
  let positions: UnsafeMutablePointer<Double>
  let velocities: UnsafeMutablePointer<Double>
  let controls: UnsafeMutablePointer<Double>
  /// Forces on the parts after a step, and their positions; `nil` when they are not measured.
  let forces: ForceRows?
  let feet: [FootShape]
  let geometryCount: Int
  let geometryPositions: UnsafeMutablePointer<Double>
  let geometryAxes: UnsafeMutablePointer<Double>
  let servoForces: UnsafeMutablePointer<Double>
  let properties: IndividualProperties
  private let warnings: UnsafeMutablePointer<mjWarningStat>

  /// Makes `count` simulations, all in the model's default state.
  ///
  /// - Parameters:
  ///   - threadCount: Threads that step the batch, the caller's included; 0 takes every processor.
  ///   - properties: Properties that may differ from simulation to simulation.
  ///   - isMeasuringForces: Whether ``step(count:)`` measures ``force(_:part:of:)``.
  public init(
    of model: borrowing BodyModel, count: Int, threadCount: Int,
    individual properties: Set<BodyProperty> = [], isMeasuringForces: Bool = false
  ) throws(PhysicsError) {
    precondition(count > 0 && threadCount >= 0, "at least one simulation, and no negative threads")
    unsafe batch = try Self.make(model, count: count, threadCount: threadCount)
    self.count = count
    jointCount = model.jointCount
    rowStride = unsafe Int(mjb_nstate(batch))
    unsafe rows = mjb_state(batch)
    unsafe positions = mjb_stateComponent(batch, Int32(mjSTATE_QPOS.rawValue), nil)
    unsafe velocities = mjb_stateComponent(batch, Int32(mjSTATE_QVEL.rawValue), nil)
    unsafe warnings = mjb_warning(batch)
    feet = model.feet
    unsafe geometryCount = Int(mjb_model(batch).pointee.ngeom)
    unsafe geometryPositions = Self.output("geom_xpos", of: batch)
    unsafe geometryAxes = Self.output("geom_xmat", of: batch)
    unsafe servoForces = Self.output("actuator_force", of: batch)
    unsafe controls = mjb_stateComponent(batch, Int32(mjSTATE_CTRL.rawValue), nil)
    forces = isMeasuringForces ? ForceRows(count: count, partCount: model.partCount) : nil
    self.properties = unsafe IndividualProperties(properties, of: batch, count: count)
  }

  deinit { unsafe mjb_deleteBatch(batch) }

  /// Threads that step the batch, the caller's included.
  public var threadCount: Int { unsafe Int(mjb_nthread(batch)) }

  /// Puts every simulation into a keyframe.
  public func resetAll(keyframe: Int32) throws(PhysicsError) {
    let keys = [Int32](repeating: keyframe, count: count)
    try check(unsafe mjb_reset(batch, nil, Int32(count), keys, Int32(mjSTAGE_NONE.rawValue)))
  }

  /// Advances every simulation by `count` physics steps.
  ///
  /// - Throws: ``PhysicsError/simulationFailed(index:reason:)``, also when a simulation became
  ///   unstable: MuJoCo would silently go on from the model's default state.
  public func step(count stepCount: Int) throws(PhysicsError) {
    try check(unsafe properties.update(batch))
    if let forces {
      try check(unsafe forces.step(batch, count: count, stepCount: stepCount))
    } else {
      try check(
        unsafe mjb_step(
          batch, nil, Int32(count), Int32(stepCount), Int32(mjSTAGE_NONE.rawValue)))
    }
    for simulation in 0..<count {
      for warning in [mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC] {
        let index = simulation * Int(mjNWARNING.rawValue) + Int(warning.rawValue)
        if unsafe warnings[index].number > 0 {
          throw .simulationFailed(
            index: simulation, reason: "it became unstable; its model needs a shorter timestep")
        }
      }
    }
  }

  /// Storage of a derived field, `[simulation, value]`, that every step fills from now on.
  private static func output(
    _ field: String, of batch: OpaquePointer
  ) -> UnsafeMutablePointer<Double> {
    guard let storage = unsafe mjb_output(batch, field, nil, nil) else {
      preconditionFailure("MuJoCo has no derived field '\(field)'")
    }
    return unsafe storage.assumingMemoryBound(to: Double.self)
  }

  private func check(_ failedCount: Int32) throws(PhysicsError) {
    guard failedCount > 0 else { return }
    let status = unsafe mjb_status(batch)
    let first = (0..<count).first { unsafe status?[$0] != 0 } ?? 0
    throw .simulationFailed(
      index: first, reason: unsafe String(cString: mjb_error(batch, Int32(first))))
  }

  private static func make(
    _ model: borrowing BodyModel, count: Int, threadCount: Int
  ) throws(PhysicsError) -> OpaquePointer {
    var configuration = mjBatchConfig()
    unsafe mjb_defaultConfig(&configuration)
    configuration.nthread = Int32(threadCount)
    configuration.persistent = true
    var message = [CChar](repeating: 0, count: 1000)
    guard
      let batch = unsafe mjb_makeBatch(
        model.model, Int32(count), &configuration, &message, Int32(message.count))
    else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .batchRefused(reason: String(decoding: text, as: UTF8.self))
    }
    return unsafe batch
  }
}
