/// What of a body each simulation of a batch can have for itself.
public enum BodyProperty: Int, CaseIterable, Sendable {
  /// Friction of each shape, the floor's included.
  case friction
  /// Mass of each part and, in proportion, its inertia; the world is part 0.
  case mass
  /// Centre of mass of each part.
  case centreOfMass
  /// Damping of each joint.
  case jointDamping
  /// Inertia that each joint adds: that of its gear and rotor.
  case jointArmature
  /// Coulomb friction of each joint.
  case jointFrictionLoss
  /// Stiffness of each servo and, in proportion, its own damping.
  case servoGain
  /// The largest torque of each servo, where its model has a limit.
  case servoTorqueLimit

  /// MuJoCo's fields behind the property.
  var fields: [StaticString] {
    switch self {
    case .friction: ["geom_friction"]
    case .mass: ["body_mass", "body_inertia"]
    case .centreOfMass: ["body_ipos"]
    case .jointDamping: ["dof_damping"]
    case .jointArmature: ["dof_armature"]
    case .jointFrictionLoss: ["dof_frictionloss"]
    // A servo's force is gain × target + bias, so stiffness stands in both.
    case .servoGain: ["actuator_gainprm", "actuator_biasprm"]
    case .servoTorqueLimit: ["actuator_forcerange"]
    }
  }

  /// Whether MuJoCo derives constants from the property, which go stale when it changes.
  var hasDerivedConstants: Bool {
    switch self {
    case .mass, .centreOfMass, .jointArmature: true
    case .friction, .jointDamping, .jointFrictionLoss, .servoGain, .servoTorqueLimit: false
    }
  }
}
