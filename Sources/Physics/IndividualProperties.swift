internal import CMuJoCo

/// The properties that differ from simulation to simulation of a batch.
@safe
final class IndividualProperties {
  /// Number of parts of a body; the world is part 0.
  let partCount: Int
  /// Index of the part that the free joint moves.
  let torso: Int
  /// Rows of each property, by its raw value; empty where the simulations share the model's values.
  private let rows: [[PropertyRows]]
  /// Simulations whose derived constants are out of date: 1, or 0.
  private let isStale: UnsafeMutablePointer<UInt8>
  private let staleSimulations: UnsafeMutablePointer<Int32>
  private let count: Int

  /// Makes rows for `properties`; all others cost nothing.
  init(_ properties: Set<BodyProperty>, of batch: OpaquePointer, count: Int) {
    self.count = count
    let model = unsafe mjb_model(batch).unsafelyUnwrapped
    unsafe partCount = Int(model.pointee.nbody)
    unsafe torso = Int(model.pointee.jnt_bodyid[0])
    rows = BodyProperty.allCases.map { property in
      guard properties.contains(property) else { return [] }
      return property.fields.map {
        unsafe PropertyRows(
          $0, of: batch, itemCount: Self.itemCount(of: property, model),
          isOfJoints: Self.isOfJoints(property))
      }
    }
    unsafe isStale = .allocate(capacity: count)
    unsafe isStale.initialize(repeating: 0, count: count)
    unsafe staleSimulations = .allocate(capacity: count)
    unsafe staleSimulations.initialize(repeating: 0, count: count)
    if properties.contains(.centreOfMass) { unsafe loosenShapes(of: batch, model) }
  }

  deinit {
    unsafe isStale.deallocate()
    unsafe staleSimulations.deallocate()
  }

  /// Rows of a property that is about to change in a simulation.
  func rows(_ property: BodyProperty, changing simulation: Int) -> [PropertyRows] {
    let rows = rows[property.rawValue]
    precondition(!rows.isEmpty, "a property that the batch was made to have for each simulation")
    precondition((0..<count).contains(simulation), "a simulation of the batch")
    if property.hasDerivedConstants { unsafe isStale[simulation] = 1 }
    return rows
  }

  /// Computes the constants that derive from changed properties.
  ///
  /// - Returns: Number of simulations that failed.
  func update(_ batch: OpaquePointer) -> Int32 {
    var staleCount = 0
    for simulation in 0..<count where unsafe isStale[simulation] != 0 {
      unsafe isStale[simulation] = 0
      unsafe staleSimulations[staleCount] = Int32(simulation)
      staleCount += 1
    }
    return staleCount == 0 ? 0 : unsafe mjb_setConst(batch, staleSimulations, Int32(staleCount))
  }

  /// Places the torso's shapes and sites by their own positions.
  ///
  /// MuJoCo places a shape that is its part's whole mass at the centre of mass, so that it would
  /// move with it.
  private func loosenShapes(of batch: OpaquePointer, _ model: UnsafePointer<mjModel>) {
    var shapeCount: Int32 = 0
    var siteCount: Int32 = 0
    let shapes = unsafe mjb_expand(batch, "geom_sameframe", &shapeCount, nil)
    let sites = unsafe mjb_expand(batch, "site_sameframe", &siteCount, nil)
    for simulation in 0..<count {
      for shape in 0..<Int(shapeCount) where unsafe Int(model.pointee.geom_bodyid[shape]) == torso {
        unsafe shapes?.storeBytes(
          of: 0, toByteOffset: simulation * Int(shapeCount) + shape, as: UInt8.self)
      }
      for site in 0..<Int(siteCount) where unsafe Int(model.pointee.site_bodyid[site]) == torso {
        unsafe sites?.storeBytes(
          of: 0, toByteOffset: simulation * Int(siteCount) + site, as: UInt8.self)
      }
    }
  }

  private static func itemCount(
    of property: BodyProperty, _ model: UnsafePointer<mjModel>
  ) -> Int {
    switch property {
    case .friction: unsafe Int(model.pointee.ngeom)
    case .mass, .centreOfMass: unsafe Int(model.pointee.nbody)
    case .jointDamping, .jointArmature, .jointFrictionLoss, .servoGain, .servoTorqueLimit:
      unsafe Int(model.pointee.nu)
    }
  }

  private static func isOfJoints(_ property: BodyProperty) -> Bool {
    switch property {
    case .jointDamping, .jointArmature, .jointFrictionLoss: true
    case .friction, .mass, .centreOfMass, .servoGain, .servoTorqueLimit: false
    }
  }
}
