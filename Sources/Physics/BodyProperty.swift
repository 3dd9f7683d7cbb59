/// A property of a body that can differ from simulation to simulation of a batch.
public enum BodyProperty: Int, CaseIterable, Sendable {
  /// Friction of each shape, the floor's included.
  case friction
  /// Mass of each part and, in proportion, its inertia; the world is part 0.
  case mass
  /// Centre of mass of each part.
  case centreOfMass
  /// Damping of each joint.
  case jointDamping
  /// Armature of each joint: the inertia of its gear and rotor.
  case jointArmature
  /// Coulomb friction of each joint.
  case jointFrictionLoss
  /// Stiffness of each servo and, in proportion, its own damping.
  case servoGain
  /// Torque limit of each servo that has one in its model.
  case servoTorqueLimit

  /// Names of MuJoCo's fields behind the property.
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

  /// True when MuJoCo derives constants from the property, which a change makes stale.
  var hasDerivedConstants: Bool {
    switch self {
    case .mass, .centreOfMass, .jointArmature: true
    case .friction, .jointDamping, .jointFrictionLoss, .servoGain, .servoTorqueLimit: false
    }
  }
}
