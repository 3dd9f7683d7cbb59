import CMuJoCo

/// One simulation stepped through MuJoCo's ordinary interface: the oracle of the batch.
@safe
final class PlainSimulation {
  let model: UnsafeMutablePointer<mjModel>
  let data: UnsafeMutablePointer<mjData>

  /// Loads a model; `nil` when MuJoCo cannot read it.
  init?(path: String) {
    guard let model = unsafe mj_loadXML(path, nil, nil, 0) else { return nil }
    guard let data = unsafe mj_makeData(model) else {
      unsafe mj_deleteModel(model)
      return nil
    }
    unsafe self.model = unsafe model
    unsafe self.data = unsafe data
  }

  deinit {
    unsafe mj_deleteData(data)
    unsafe mj_deleteModel(model)
  }

  /// The whole state of the simulation.
  var state: [Double] {
    let bits = Int32(mjSTATE_INTEGRATION.rawValue)
    var state = [Double](repeating: 0, count: unsafe Int(mj_stateSize(model, bits)))
    unsafe mj_getState(model, data, &state, bits)
    return state
  }

  /// Reading of a sensor of three numbers after ``mj_forward``.
  func sensor(_ name: String) -> SIMD3<Double> {
    let id = unsafe Int(mj_name2id(model, Int32(mjOBJ_SENSOR.rawValue), name))
    let start = unsafe Int(model.pointee.sensor_adr[id])
    return unsafe SIMD3(
      data.pointee.sensordata[start], data.pointee.sensordata[start + 1],
      data.pointee.sensordata[start + 2])
  }
}
