/// Changes of the properties that differ from simulation to simulation.
///
/// Each call changes one simulation from its next step on. It needs a property that was named when
/// the batch was made, and starts from the model's values, whatever an earlier call has changed.
extension SimulationBatch {
  /// Number of parts of a body; the world is part 0.
  public var partCount: Int { properties.partCount }

  /// Index of the part that the body's free joint moves.
  public var torso: Int { properties.torso }

  /// Sets a property of one shape, part, joint or servo to `factor` times the model's value.
  public func scale(
    _ property: BodyProperty, at index: Int, of simulation: Int, by factor: Double
  ) {
    for rows in properties.rows(property, changing: simulation) {
      precondition((0..<rows.itemCount).contains(index), "an item that the body has")
      rows.scale(index, of: simulation, by: factor)
    }
  }

  /// Sets the sliding friction of every contact of a body; `nil` sets the model's.
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

  /// Moves the torso's centre of mass off the model's, in metres, in the torso's frame.
  public func moveCentreOfMass(by offset: SIMD3<Double>, of simulation: Int) {
    for rows in properties.rows(.centreOfMass, changing: simulation) {
      for axis in 0..<3 {
        let nominal = rows.nominal(axis, of: torso)
        rows.set(axis, of: torso, of: simulation, to: nominal + offset[axis])
      }
    }
  }

  /// Torque limit of a servo in the model, in newton metres; needs
  /// ``BodyProperty/servoTorqueLimit``.
  public func servoTorqueLimit(_ servo: Int) -> Double {
    properties.rows(.servoTorqueLimit, changing: 0)[0].nominal(1, of: servo)
  }

  /// Switches the torque of a simulation's servos on, with the model's gain, or off.
  ///
  /// It is on at first. Friction and damping of the joints stay without torque: they are in the
  /// gears. Needs ``BodyProperty/servoGain``.
  public func setTorque(_ isOn: Bool, of simulation: Int) {
    // Without gain there is no force, and no derivative of one, which implicit integrators use.
    for servo in 0..<jointCount {
      scale(.servoGain, at: servo, of: simulation, by: isOn ? 1 : 0)
    }
  }
}
