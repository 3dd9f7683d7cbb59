internal import CMuJoCo

/// Servos that can be switched off, one simulation at a time.
extension SimulationBatch {
  /// Switches the servos of a simulation on or off; switched off they are limp at any target.
  ///
  /// All are on at first. Friction and damping of the joints stay: they are in the gears. The first
  /// call gives every simulation servo parameters of its own, so training does not pay for them.
  public func setTorque(_ isOn: Bool, of simulation: Int) {
    precondition((0..<count).contains(simulation), "a simulation of the batch")
    // A servo's force is gain × target + bias: with both at zero it is none, and so is its
    // derivative, which the implicit integrators use.
    let model = unsafe mjb_model(batch).unsafelyUnwrapped
    unsafe set("actuator_gainprm", of: simulation, to: isOn ? model.pointee.actuator_gainprm : nil)
    unsafe set("actuator_biasprm", of: simulation, to: isOn ? model.pointee.actuator_biasprm : nil)
  }

  /// Gives a field of a simulation's model the values at `source`, or zeros.
  private func set(
    _ field: StaticString, of simulation: Int, to source: UnsafeMutablePointer<Double>?
  ) {
    var width: Int32 = 0
    let name = unsafe UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let storage = unsafe mjb_expand(batch, name, &width, nil) else {
      preconditionFailure("MuJoCo has no field of this name for each simulation")
    }
    let row = unsafe storage.assumingMemoryBound(to: Double.self) + simulation * Int(width)
    if let source = unsafe source {
      unsafe row.update(from: source, count: Int(width))
    } else {
      unsafe row.update(repeating: 0, count: Int(width))
    }
  }
}
