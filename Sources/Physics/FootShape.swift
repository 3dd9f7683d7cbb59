internal import CMuJoCo

/// Shape of a foot, from which its lowest point follows: a box with rounded edges.
struct FootShape: Sendable {
  /// Index of the geom in the model.
  let geometry: Int
  /// Half the edges of the box, without the rounding.
  let halfSize: SIMD3<Double>
  /// Radius of the rounding.
  let radius: Double

  /// Reads the shape of a geom; `nil` unless it is a sphere, a capsule or a box.
  init?(geometry: Int, of model: UnsafeMutablePointer<mjModel>) {
    self.geometry = geometry
    let size = unsafe model.pointee.geom_size + 3 * geometry
    let kind = unsafe mjtGeom(rawValue: UInt32(model.pointee.geom_type[geometry]))
    switch kind {
    case mjGEOM_SPHERE:
      halfSize = .zero
      unsafe radius = size[0]
    case mjGEOM_CAPSULE:
      unsafe halfSize = SIMD3(0, 0, size[1])
      unsafe radius = size[0]
    case mjGEOM_BOX:
      unsafe halfSize = SIMD3(size[0], size[1], size[2])
      radius = 0
    default: return nil
    }
  }
}

extension BodyModel {
  /// The feet in the order of the model; `nil` when there are too many or one has another shape.
  static func feet(of model: UnsafeMutablePointer<mjModel>) -> [FootShape]? {
    var feet: [FootShape] = []
    for geometry in 0..<(unsafe Int(model.pointee.ngeom)) {
      guard let name = unsafe mj_id2name(model, Int32(mjOBJ_GEOM.rawValue), Int32(geometry)),
        unsafe String(cString: name).hasSuffix("_foot")
      else { continue }
      guard let foot = unsafe FootShape(geometry: geometry, of: model), feet.count < feetMax
      else { return nil }
      feet.append(foot)
    }
    return feet
  }
}
