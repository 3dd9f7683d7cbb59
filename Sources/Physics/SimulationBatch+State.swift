/// Access to one simulation's row of state.
extension SimulationBatch {
  /// Position of the torso in the world, in metres.
  public func position(of simulation: Int) -> SIMD3<Double> {
    let row = unsafe positions.advanced(by: simulation * rowStride)
    return unsafe SIMD3(row[0], row[1], row[2])
  }

  /// Attitude of the torso in the world, as a unit quaternion: w, x, y, z.
  public func attitude(of simulation: Int) -> SIMD4<Double> {
    let row = unsafe positions.advanced(by: simulation * rowStride)
    return unsafe SIMD4(row[3], row[4], row[5], row[6])
  }

  /// Rotation from the torso's frame to the world's, in rows: forward, left and up of the torso.
  public func axes(
    of simulation: Int
  ) -> (forward: SIMD3<Double>, left: SIMD3<Double>, up: SIMD3<Double>) {
    let row = unsafe positions.advanced(by: simulation * rowStride)
    let w = unsafe row[3]
    let x = unsafe row[4]
    let y = unsafe row[5]
    let z = unsafe row[6]
    return (
      forward: SIMD3(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
      left: SIMD3(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
      up: SIMD3(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y))
    )
  }

  /// Direction of gravity in the torso's frame, a unit vector; (0, 0, −1) when level.
  public func gravity(of simulation: Int) -> SIMD3<Double> {
    let axes = axes(of: simulation)
    return -SIMD3(axes.forward.z, axes.left.z, axes.up.z)
  }

  /// Velocity of the torso in the world, in metres per second.
  public func velocity(of simulation: Int) -> SIMD3<Double> {
    let row = unsafe velocities.advanced(by: simulation * rowStride)
    return unsafe SIMD3(row[0], row[1], row[2])
  }

  /// Angular rate of the torso in its own frame, in radians per second, as a gyro there reads it.
  public func angularRate(of simulation: Int) -> SIMD3<Double> {
    let row = unsafe velocities.advanced(by: simulation * rowStride)
    return unsafe SIMD3(row[3], row[4], row[5])
  }

  /// Angle of a joint, in radians.
  public func jointAngle(_ joint: Int, of simulation: Int) -> Double {
    unsafe positions[simulation * rowStride + BodyModel.firstJointPosition + joint]
  }

  /// Velocity of a joint, in radians per second.
  public func jointVelocity(_ joint: Int, of simulation: Int) -> Double {
    unsafe velocities[simulation * rowStride + BodyModel.firstJointVelocity + joint]
  }

  /// Sets the target of a servo, in radians.
  public func setTarget(_ radians: Double, joint: Int, of simulation: Int) {
    unsafe controls[simulation * rowStride + joint] = radians
  }

  /// Pushes the torso: adds to its velocity in the world at once, in metres per second.
  public func push(by velocity: SIMD3<Double>, of simulation: Int) {
    let row = unsafe velocities.advanced(by: simulation * rowStride)
    for axis in 0..<3 { unsafe row[axis] += velocity[axis] }
  }

  /// Sets the angle of a joint at once, in radians.
  public func setJointAngle(_ radians: Double, joint: Int, of simulation: Int) {
    unsafe positions[simulation * rowStride + BodyModel.firstJointPosition + joint] = radians
  }

  /// A generalized position, in the model's order.
  public func generalizedPosition(_ index: Int, of simulation: Int) -> Double {
    unsafe positions[simulation * rowStride + index]
  }

  /// A generalized velocity, in the model's order.
  public func generalizedVelocity(_ index: Int, of simulation: Int) -> Double {
    unsafe velocities[simulation * rowStride + index]
  }

  /// Sets a generalized position, in the model's order.
  public func setGeneralizedPosition(_ value: Double, _ index: Int, of simulation: Int) {
    unsafe positions[simulation * rowStride + index] = value
  }

  /// Sets a generalized velocity, in the model's order.
  public func setGeneralizedVelocity(_ value: Double, _ index: Int, of simulation: Int) {
    unsafe velocities[simulation * rowStride + index] = value
  }

  /// Sets the control of an actuator; MuJoCo clips it to the actuator's range.
  public func setControl(_ value: Double, _ actuator: Int, of simulation: Int) {
    unsafe controls[simulation * rowStride + actuator] = value
  }

  /// Whole state of a simulation, from which ``setState(_:of:)`` continues bit for bit.
  public func state(of simulation: Int) -> [Double] {
    unsafe Array(UnsafeBufferPointer(start: rows + simulation * rowStride, count: rowStride))
  }

  /// Puts a simulation into a state that ``state(of:)`` has given.
  public func setState(_ state: [Double], of simulation: Int) {
    precondition(state.count == rowStride, "a state of the same body")
    unsafe (rows + simulation * rowStride).update(from: state, count: rowStride)
  }
}
