internal import CMuJoCo

/// A shape of a body as it is drawn.
public struct SceneShape: Codable, Equatable, Sendable {
  /// What it is.
  public enum Kind: String, Codable, Sendable {
    /// The ground: endless, at the height of its position.
    case plane
    /// Radius first in its size.
    case sphere
    /// Radius and half the length of the cylinder between its caps, along its own z.
    case capsule
    /// Radius and half length, along its own z.
    case cylinder
    /// Three radii.
    case ellipsoid
    /// Three half lengths.
    case box
  }

  /// What it is.
  public let kind: Kind
  /// Lengths in metres; what they mean depends on the kind.
  public let size: [Double]
  /// Red, green, blue and opacity, from 0 to 1.
  public let colour: [Float]
  /// The part that it belongs to; the world is part 0.
  public let part: Int
  /// Place in the part's frame, in metres.
  public let position: [Double]
  /// Attitude in the part's frame: w, x, y, z.
  public let attitude: [Double]
}

extension BodyModel {
  /// The shapes that are drawn, the ground among them.
  public var shapes: [SceneShape] {
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

  /// Names of the feet, in the order of ``SimulationBatch/foot(_:of:)``.
  public var footNames: [String] {
    feet.map { foot in
      unsafe String(cString: mj_id2name(model, Int32(mjOBJ_GEOM.rawValue), Int32(foot.geometry)))
    }
  }

  private func colour(ofShape index: Int) -> [Float] {
    let material = unsafe Int(model.pointee.geom_matid[index])
    let first = unsafe material >= 0
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
  /// Where every part of a body is: x, y, z in metres and w, x, y, z of its attitude, one part after
  /// the other, the world first.
  ///
  /// It costs a pass over the body's joints and changes nothing.
  public func partPoses(of simulation: Int) -> [Float] {
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

/// What ``SimulationBatch/partPoses(of:)`` collects behind the pointer that the pool passes on.
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
