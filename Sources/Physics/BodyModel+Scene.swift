internal import CMuJoCo

extension BodyModel {
  /// Shapes, joints and feet of the body, as a viewer draws them.
  ///
  /// - Parameter tickSeconds: Time from one frame to the next.
  public func scene(tickSeconds: Double) -> Scene {
    // The driven joints are hinges and come last.
    let first = Int(unsafe model.pointee.njnt) - jointCount
    return Scene(
      shapes: shapes,
      jointNames: (0..<jointCount).map { name(mjOBJ_JOINT, first + $0) },
      footNames: feet.map { name(mjOBJ_GEOM, $0.geometry) }, tickSeconds: tickSeconds)
  }

  private func name(_ kind: mjtObj, _ index: Int) -> String {
    unsafe String(cString: mj_id2name(model, Int32(kind.rawValue), Int32(index)))
  }

  private var shapes: [SceneShape] {
    (0..<Int(unsafe model.pointee.ngeom)).compactMap { index in
      guard let kind = unsafe Self.kind(model.pointee.geom_type[index]) else { return nil }
      let colour = colour(ofShape: index)
      guard colour[3] > 0 else { return nil }
      func numbers(_ field: UnsafePointer<Double>, _ count: Int) -> [Double] {
        (0..<count).map { unsafe field[count * index + $0] }
      }
      return unsafe SceneShape(
        kind: kind, size: numbers(model.pointee.geom_size, 3), colour: colour,
        part: Int(model.pointee.geom_bodyid[index]),
        position: numbers(model.pointee.geom_pos, 3),
        attitude: numbers(model.pointee.geom_quat, 4))
    }
  }

  private func colour(ofShape index: Int) -> [Float] {
    let material = unsafe Int(model.pointee.geom_matid[index])
    let first =
      unsafe material >= 0
      ? model.pointee.mat_rgba + 4 * material : model.pointee.geom_rgba + 4 * index
    return (0..<4).map { unsafe first[$0] }
  }

  private static func kind(_ type: Int32) -> SceneShape.Kind? {
    switch UInt32(bitPattern: type) {
    case mjGEOM_PLANE.rawValue: .plane
    case mjGEOM_SPHERE.rawValue: .sphere
    case mjGEOM_CAPSULE.rawValue: .capsule
    case mjGEOM_CYLINDER.rawValue: .cylinder
    case mjGEOM_ELLIPSOID.rawValue: .ellipsoid
    case mjGEOM_BOX.rawValue: .box
    default: nil
    }
  }
}

extension SimulationBatch {
  /// Parts and joint angles of a body; the task adds the rest of the frame.
  public func frame(of simulation: Int, jointCount: Int) -> SceneFrame {
    var frame = SceneFrame(partPoses: partPoses(of: simulation))
    let first = Int(unsafe mjb_model(batch).pointee.nq) - jointCount
    frame.jointAngles = (0..<jointCount).map {
      Float(generalizedPosition(first + $0, of: simulation))
    }
    return frame
  }

  /// Poses of all parts of a body, the world first: x, y, z in metres, and w, x, y, z of the
  /// attitude.
  ///
  /// It costs a pass over the body's joints and changes nothing.
  private func partPoses(of simulation: Int) -> [Float] {
    let numbers = PartPoses()
    let identifiers = [Int32(simulation)]
    withExtendedLifetime(numbers) {
      let context = unsafe Unmanaged.passUnretained(numbers).toOpaque()
      // The function raises no MuJoCo error, so none can fail.
      _ = unsafe mjb_apply(batch, identifiers, 1, readPartPoses, context, 0)
    }
    return numbers.values
  }
}

/// Result of ``SimulationBatch/partPoses(of:)``, behind the pointer that MuJoCo passes on.
private final class PartPoses {
  var values: [Float] = []
}

private func readPartPoses(
  _ model: UnsafePointer<mjModel>?, _ data: UnsafeMutablePointer<mjData>?, _ simulation: Int32,
  _ context: UnsafeMutableRawPointer?
) {
  guard let model = unsafe model, let data = unsafe data else { return }
  let poses = unsafe Unmanaged<PartPoses>.fromOpaque(context.unsafelyUnwrapped)
    .takeUnretainedValue()
  unsafe mj_kinematics(model, data)
  for part in 0..<Int(unsafe model.pointee.nbody) {
    for axis in 0..<3 { unsafe poses.values.append(Float(data.pointee.xpos[3 * part + axis])) }
    for number in 0..<4 { unsafe poses.values.append(Float(data.pointee.xquat[4 * part + number])) }
  }
}
