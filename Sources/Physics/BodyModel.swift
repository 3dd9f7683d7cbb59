internal import CMuJoCo

/// How a body's joints and actuators lie in its rows of state.
public enum BodyLayout: Sendable {
  /// A free joint first, then hinges with one servo each, in the same order.
  case legged
  /// Any joints and actuators; who reads the rows knows the model.
  case any
}

/// A body: a MuJoCo model.
///
/// Joints and servos are in the order of the model's actuators.
@safe
public struct BodyModel: ~Copyable {
  let model: UnsafeMutablePointer<mjModel>
  /// Actuators of the body; in a legged body, servos, one per joint.
  public let jointCount: Int
  /// Generalized positions.
  public let positionCount: Int
  /// Generalized velocities.
  public let velocityCount: Int
  /// Parts of the body, the world before them included.
  public let partCount: Int
  /// Time that one physics step takes in the simulated world, in seconds.
  public let timestepSeconds: Double
  /// Weight of the body's parts together, in kilograms.
  public let massKilograms: Double
  /// Parts that are meant to touch the ground: geoms whose names end in `_foot`, in order.
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

  /// The most feet.
  public static let feetMax = 8

  /// Feet of the body: parts whose names end in `_foot`.
  public var footCount: Int { feet.count }

  /// The foot that a joint moves, in the order of the feet; `nil` when it moves none or several.
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

  /// The keyframe of a name; `nil` when the model has none such.
  public func keyframe(_ name: String) -> Int32? {
    let index = unsafe mj_name2id(model, Int32(mjOBJ_KEY.rawValue), name)
    return index >= 0 ? index : nil
  }

  /// The servo angles of a keyframe of a legged body, in radians.
  public func jointAngles(keyframe: Int32) -> [Double] {
    (0..<jointCount).map { joint in
      unsafe model.pointee.key_qpos[
        Int(keyframe) * Int(model.pointee.nq) + Self.firstJointPosition + joint]
    }
  }

  /// Where the servos' joints begin in a row of positions: after the free joint.
  static let firstJointPosition = 7
  /// Where the servos' joints begin in a row of velocities.
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

  /// What the model lacks to be a legged body whose state can be read by position.
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
