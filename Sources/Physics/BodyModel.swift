internal import CMuJoCo

/// Order of a body's joints and actuators in its rows of state.
public enum BodyLayout: Sendable {
  /// A free joint first, then hinges with one servo each, in the same order.
  case legged
  /// Any joints and actuators; the reader of the rows knows the model.
  case any
}

/// A body to be simulated: a MuJoCo model.
///
/// Joints and servos are in the order of the model's actuators.
@safe
public struct BodyModel: ~Copyable {
  let model: UnsafeMutablePointer<mjModel>
  /// Actuators of the body; in a legged body, servos, one per joint.
  public let jointCount: Int
  /// Number of generalized positions.
  public let positionCount: Int
  /// Number of generalized velocities.
  public let velocityCount: Int
  /// Number of parts; the world is part 0.
  public let partCount: Int
  /// Simulated time of one physics step, in seconds.
  public let timestepSeconds: Double
  /// Mass of the whole body, in kilograms.
  public let massKilograms: Double
  /// Shapes of the feet: geoms whose names end in `_foot`, in order.
  let feet: [FootShape]

  /// Reads a model.
  ///
  /// - Throws: ``PhysicsError`` when the file cannot be read or has another layout.
  public init(path: String, layout: BodyLayout = .legged) throws(PhysicsError) {
    unsafe model = try Self.read(path, layout)
    unsafe jointCount = Int(model.pointee.nu)
    unsafe positionCount = Int(model.pointee.nq)
    unsafe velocityCount = Int(model.pointee.nv)
    unsafe partCount = Int(model.pointee.nbody)
    unsafe timestepSeconds = model.pointee.opt.timestep
    unsafe massKilograms = model.pointee.body_subtreemass[0]
    unsafe feet = Self.feet(of: model) ?? []
  }

  deinit { unsafe mj_deleteModel(model) }

  /// Names of the joints that the servos move, in order.
  public var jointNames: [String] {
    (0..<jointCount).map { index in
      unsafe String(cString: mj_id2name(model, Int32(mjOBJ_JOINT.rawValue), jointID(index)))
    }
  }

  /// Largest number of feet.
  public static let feetMax = 8

  /// Number of feet: shapes whose names end in `_foot`.
  public var footCount: Int { feet.count }

  /// Index of the foot that a joint moves; `nil` when it moves none or several.
  public func foot(ofJoint index: Int) -> Int? {
    let joint = jointID(index)
    let part = unsafe model.pointee.jnt_bodyid[Int(joint)]
    let moved = feet.indices.filter { foot in
      var ancestor = unsafe model.pointee.geom_bodyid[feet[foot].geometry]
      while ancestor > part { ancestor = unsafe model.pointee.body_parentid[Int(ancestor)] }
      return ancestor == part
    }
    return moved.count == 1 ? moved[0] : nil
  }

  /// Index of the keyframe of a name; `nil` when the model has no such keyframe.
  public func keyframe(_ name: String) -> Int32? {
    let index = unsafe mj_name2id(model, Int32(mjOBJ_KEY.rawValue), name)
    return index >= 0 ? index : nil
  }

  /// Joint angles of a keyframe of a legged body, in radians.
  public func jointAngles(keyframe: Int32) -> [Double] {
    (0..<jointCount).map { joint in
      unsafe model.pointee.key_qpos[
        Int(keyframe) * Int(model.pointee.nq) + Self.firstJointPosition + joint]
    }
  }

  /// Index of the first servo's joint in a row of positions: after the free joint.
  static let firstJointPosition = 7
  /// Index of the first servo's joint in a row of velocities.
  static let firstJointVelocity = 6

  private func jointID(_ index: Int) -> Int32 {
    unsafe model.pointee.actuator_trnid[2 * index]
  }

  private static func read(
    _ path: String, _ layout: BodyLayout
  ) throws(PhysicsError) -> UnsafeMutablePointer<mjModel> {
    var message = [CChar](repeating: 0, count: 1000)
    guard let model = unsafe mj_loadXML(path, nil, &message, Int32(message.count)) else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .modelUnreadable(path: path, reason: String(decoding: text, as: UTF8.self))
    }
    if layout == .legged, let missing = unsafe missing(model) {
      unsafe mj_deleteModel(model)
      throw .modelUnsuitable(path: path, missing: missing)
    }
    // A servo that is sent beyond its joint's stop pushes against it.
    if layout == .legged {
      unsafe model.pointee.opt.disableflags |= Int32(mjDSBL_CLAMPCTRL.rawValue)
    }
    return unsafe model
  }

  /// Names what the model lacks to be a legged body; `nil` when it lacks nothing.
  private static func missing(_ model: UnsafeMutablePointer<mjModel>) -> String? {
    let jointCount = unsafe model.pointee.njnt
    let servoCount = unsafe model.pointee.nu
    guard jointCount > 0, unsafe model.pointee.jnt_type[0] == Int32(mjJNT_FREE.rawValue) else {
      return "a free joint as its first joint"
    }
    guard jointCount == servoCount + 1, unsafe model.pointee.nq == servoCount + 7 else {
      return "one servo for each hinge"
    }
    for index in 0..<Int(servoCount) {
      guard unsafe model.pointee.actuator_trntype[index] == Int32(mjTRN_JOINT.rawValue),
        unsafe model.pointee.actuator_trnid[2 * index] == Int32(index + 1)
      else { return "servos in the order of its hinges" }
    }
    guard unsafe feet(of: model) != nil else {
      return "feet of which it has at most \(feetMax), each a sphere, a capsule or a box"
    }
    return nil
  }
}
