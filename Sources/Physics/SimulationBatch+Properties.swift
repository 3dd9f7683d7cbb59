/// Bodies that differ from simulation to simulation.
///
/// Each call changes one simulation, is for properties that the batch was made to have for each
/// simulation, and counts from the model's values, not from those that an earlier call has left. It
/// acts from the next step on.
extension SimulationBatch {
  /// Parts of a body, the world before them included.
  public var partCount: Int { properties.partCount }

  /// The part that the body's free joint moves.
  public var torso: Int { properties.torso }

  /// Gives one shape, part, joint or servo `factor` times the model's value of a property.
  public func scale(
    _ property: BodyProperty, at index: Int, of simulation: Int, by factor: Double
  ) {
    for rows in properties.rows(property, changing: simulation) {
      precondition((0..<rows.itemCount).contains(index), "an item that the body has")
      rows.scale(index, of: simulation, by: factor)
    }
  }

  /// Gives every contact of a body with the floor the same sliding friction; `nil` gives each the
  /// model's.
  ///
  /// A contact has the larger friction of the two shapes that touch, so all shapes get it.
  public func setFriction(_ coefficient: Double?, of simulation: Int) {
    for rows in properties.rows(.friction, changing: simulation) {
      for shape in 0..<rows.itemCount {
        rows.set(
          0, of: shape, of: simulation, to: coefficient ?? rows.nominal(0, of: shape))
      }
    }
  }

  /// Moves the torso's centre of mass from where the model has it, in metres, in its own frame.
  public func moveCentreOfMass(by offset: SIMD3<Double>, of simulation: Int) {
    for rows in properties.rows(.centreOfMass, changing: simulation) {
      for axis in 0..<3 {
        let nominal = rows.nominal(axis, of: torso)
        rows.set(axis, of: torso, of: simulation, to: nominal + offset[axis])
      }
    }
  }

  /// The largest torque of a servo as the model has it, in newton metres; needs
  /// ``BodyProperty/servoTorqueLimit``.
  public func servoTorqueLimit(_ servo: Int) -> Double {
    properties.rows(.servoTorqueLimit, changing: 0)[0].nominal(1, of: servo)
  }

  /// Switches the servos of a simulation on or off; switched off they are limp at any target.
  ///
  /// All are on at first, with the model's gain, and again when switched on. Friction and damping
  /// of the joints stay: they are in the gears. Needs ``BodyProperty/servoGain``.
  public func setTorque(_ isOn: Bool, of simulation: Int) {
    // Without gain there is no force, and no derivative of one, which implicit integrators use.
    for servo in 0..<jointCount {
      scale(.servoGain, at: servo, of: simulation, by: isOn ? 1 : 0)
    }
  }
}
