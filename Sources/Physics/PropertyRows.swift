internal import CMuJoCo

/// Values of one field of the model for each simulation, shape `[simulation, item, value]`.
@safe
struct PropertyRows {
  /// Number of shapes, parts, joints or servos that have the property.
  let itemCount: Int
  private let rows: UnsafeMutablePointer<Double>
  private let width: Int
  private let itemWidth: Int
  /// Index of the first item in a row.
  private let start: Int
  private let nominal: [Double]

  /// Gives every simulation of a batch its own values of a field, at first the model's.
  ///
  /// - Parameter isOfJoints: Whether the field has six values of the free joint before its items.
  init(_ field: StaticString, of batch: OpaquePointer, itemCount: Int, isOfJoints: Bool) {
    var width: Int32 = 0
    let name = unsafe UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let storage = unsafe mjb_expand(batch, name, &width, nil) else {
      preconditionFailure("MuJoCo has no field of this name for each simulation")
    }
    unsafe rows = storage.assumingMemoryBound(to: Double.self)
    self.width = Int(width)
    self.itemCount = itemCount
    start = isOfJoints ? BodyModel.firstJointVelocity : 0
    itemWidth = (Int(width) - start) / itemCount
    nominal = unsafe Array(UnsafeBufferPointer(start: rows, count: Int(width)))
  }

  /// Gives an item of a simulation its nominal values times `factor`.
  func scale(_ item: Int, of simulation: Int, by factor: Double) {
    for value in 0..<itemWidth {
      let column = start + item * itemWidth + value
      unsafe rows[simulation * width + column] = nominal[column] * factor
    }
  }

  /// Sets one value of an item of a simulation.
  func set(_ value: Int, of item: Int, of simulation: Int, to number: Double) {
    unsafe rows[simulation * width + start + item * itemWidth + value] = number
  }

  /// One value of an item in the model.
  func nominal(_ value: Int, of item: Int) -> Double { nominal[start + item * itemWidth + value] }
}
