/// What a body's feet and servos do; as of the beginning of the last physics step, which is what
/// that step has computed anyway.
extension SimulationBatch {
  /// Where a foot is: the middle of its shape, and its lowest point over the floor, in metres.
  public func foot(
    _ foot: Int, of simulation: Int
  ) -> (position: SIMD3<Double>, clearance: Double) {
    let shape = feet[foot]
    let number = simulation * geometryCount + shape.geometry
    let middle = unsafe geometryPositions + 3 * number
    // The last row of the rotation: how far each of the shape's axes goes up.
    let up = unsafe geometryAxes + 9 * number + 6
    let position = unsafe SIMD3(middle[0], middle[1], middle[2])
    let reach = unsafe (abs(up[0]) * shape.halfSize.x + abs(up[1]) * shape.halfSize.y)
    let below = unsafe reach + abs(up[2]) * shape.halfSize.z + shape.radius
    return (position, position.z - below)
  }

  /// Torque that a servo puts out, before damping and friction in its gear, in newton metres.
  public func servoTorque(_ joint: Int, of simulation: Int) -> Double {
    unsafe servoForces[simulation * jointCount + joint]
  }
}
