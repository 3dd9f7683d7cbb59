/// Measurements of a body's feet and servos at the start of the last physics step, which has
/// computed them anyway.
extension SimulationBatch {
  /// Position of the middle of a foot, and the clearance of its lowest point, in metres.
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

  /// Torque of a servo before damping and friction in its gear, in newton metres.
  public func servoTorque(_ joint: Int, of simulation: Int) -> Double {
    unsafe servoForces[simulation * jointCount + joint]
  }
}
