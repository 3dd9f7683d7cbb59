internal import CMuJoCo

/// What the feet and servos of a legged body did, in a batch that measures them.
///
/// Feet are the shapes whose names end in `_foot`: boxes or spheres.
extension SimulationBatch {
  /// Feet of each body.
  public var footCount: Int { legs?.feet.count ?? 0 }

  /// Place of a foot's middle in the world, in metres, at the start of the last physics step.
  public func footPosition(_ foot: Int, of simulation: Int) -> SIMD3<Double> {
    let legs = measuredLegs
    let row = unsafe legs.positions + 3 * (simulation * legs.shapeCount + legs.feet[foot].shape)
    return unsafe SIMD3(row[0], row[1], row[2])
  }

  /// Height of a foot's lowest point above the ground, in metres, at the same moment.
  public func footClearance(_ foot: Int, of simulation: Int) -> Double {
    let legs = measuredLegs
    let description = legs.feet[foot]
    let shape = simulation * legs.shapeCount + description.shape
    let height = unsafe legs.positions[3 * shape + 2]
    guard let halfSizes = description.halfSizes else { return height - description.radius }
    // The third row of the rotation: how far each half edge reaches down.
    let row = unsafe legs.rotations + 9 * shape + 6
    let reach = unsafe SIMD3(abs(row[0]), abs(row[1]), abs(row[2])) * halfSizes
    return height - (reach.x + reach.y + reach.z)
  }

  /// Torque of a servo in the last physics step, in newton metres.
  public func servoTorque(_ joint: Int, of simulation: Int) -> Double {
    unsafe measuredLegs.torques[simulation * jointCount + joint]
  }

  private var measuredLegs: LegRows {
    guard let legs else { preconditionFailure("a batch that measures legs") }
    return legs
  }
}

/// Results that the batch fills in at each step: of all shapes, and of all servos.
@safe
struct LegRows {
  /// A shape that stands on the ground.
  struct Foot {
    let shape: Int
    /// Of a sphere.
    let radius: Double
    /// Of a box; `nil` for a sphere.
    let halfSizes: SIMD3<Double>?
  }

  let feet: [Foot]
  let shapeCount: Int
  let positions: UnsafePointer<Double>
  let rotations: UnsafePointer<Double>
  let torques: UnsafePointer<Double>

  init(of model: borrowing BodyModel, batch: OpaquePointer) {
    shapeCount = unsafe Int(model.model.pointee.ngeom)
    feet = Self.feet(of: model)
    unsafe positions = Self.output("geom_xpos", of: batch)
    unsafe rotations = Self.output("geom_xmat", of: batch)
    unsafe torques = Self.output("actuator_force", of: batch)
  }

  private static func feet(of model: borrowing BodyModel) -> [Foot] {
    let model = unsafe model.model
    return (0..<Int(unsafe model.pointee.ngeom)).compactMap { shape in
      guard let name = unsafe mj_id2name(model, Int32(mjOBJ_GEOM.rawValue), Int32(shape)),
        unsafe String(cString: name).hasSuffix("_foot")
      else { return nil }
      let sizes = unsafe model.pointee.geom_size + 3 * shape
      let isBox = unsafe model.pointee.geom_type[shape] == Int32(mjGEOM_BOX.rawValue)
      return unsafe Foot(
        shape: shape, radius: sizes[0],
        halfSizes: isBox ? SIMD3(sizes[0], sizes[1], sizes[2]) : nil)
    }
  }

  private static func output(
    _ field: StaticString, of batch: OpaquePointer
  ) -> UnsafePointer<Double> {
    let name = unsafe UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let rows = unsafe mjb_output(batch, name, nil, nil) else {
      preconditionFailure("MuJoCo has no result of this name")
    }
    return unsafe UnsafePointer(rows.assumingMemoryBound(to: Double.self))
  }
}
