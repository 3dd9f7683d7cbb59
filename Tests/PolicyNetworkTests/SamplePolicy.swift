import PolicyNetwork
import RobotDescription
import SeededRandomness

/// An actor and its numbers, for tests to write into a file and to compute in another way.
struct SamplePolicy {
  var description: PolicyDescription
  var normaliser: [Float]
  var parameters: [Float]
  var goldenObservations: [Float]

  /// A policy with seeded numbers.
  init(
    contract: PolicyContract, layers: [LayerShape], normaliserClip: Float = 5,
    goldenCount: Int = 16, seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var provenance = Provenance()
    provenance.task = Label("walk")
    provenance.seed = 0x0123_4567_89AB_CDEF
    provenance.steps = 30_000_000_000
    provenance.commit = Label("0a1b2c3d")
    provenance.episodes = 100
    provenance.falls = 3
    provenance.returnMean = 912.5
    provenance.returnStandardDeviation = 41.25
    description = PolicyDescription(
      contract: contract, provenance: provenance, normaliserClip: normaliserClip)
    let width = contract.observation.width
    normaliser =
      (0..<width).map { _ in random.float(in: -1...1) }
      + (0..<width).map { _ in random.float(in: 0.5...2) }
    parameters = []
    var inputCount = width
    for layer in layers {
      description.append(layer)
      let bound = (2 / Float(inputCount)).squareRoot()
      parameters += (0..<(inputCount * layer.outputCount)).map { _ in
        random.float(in: -bound...bound)
      }
      parameters += (0..<layer.outputCount).map { _ in random.float(in: -0.1...0.1) }
      inputCount = layer.outputCount
    }
    goldenObservations = (0..<(goldenCount * width)).map { _ in random.float(in: -3...3) }
  }

  /// One joint, three observed numbers, one layer: a file of 772 bytes.
  static func tiny(gaitPeriodTicks: UInt16 = 0) -> SamplePolicy {
    var observation = ObservationLayout(
      jointCount: 1, historyCount: 1, gaitPeriodTicks: gaitPeriodTicks)
    observation.append(.gyro, scale: 0.25)
    let robot = RobotSamples.robot(jointCount: 1)
    return SamplePolicy(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 0.5), observation: observation,
        commands: CommandRange(
          lower: VelocityCommand(forward: -1), upper: VelocityCommand(forward: 1))),
      layers: [LayerShape(outputCount: 1, activation: .tanh)], seed: 1)
  }

  /// Two joints, the standard observation twice, four layers with every activation.
  static func small(goldenCount: Int = 16, seed: UInt64 = 2) -> SamplePolicy {
    var observation = ObservationLayout(jointCount: 2, historyCount: 2, gaitPeriodTicks: 40)
    observation.append(.gravity, scale: 1)
    observation.append(.jointAngles, scale: 1)
    observation.append(.jointVelocities, scale: 0.05)
    observation.append(.command, scale: 2)
    observation.append(.gaitClock, scale: 1)
    let robot = RobotSamples.robot(jointCount: 2)
    return SamplePolicy(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 0.5), observation: observation,
        commands: CommandRange(
          lower: VelocityCommand(forward: -1), upper: VelocityCommand(forward: 1))),
      layers: [
        LayerShape(outputCount: 17, activation: .elu),
        LayerShape(outputCount: 8, activation: .tanh),
        LayerShape(outputCount: 5, activation: .relu),
        LayerShape(outputCount: 2, activation: .identity),
      ],
      goldenCount: goldenCount, seed: seed)
  }

  /// The policy as a file.
  func file() throws -> [UInt8] {
    let goldenCount = goldenObservations.count / description.contract.observation.width
    let byteCount = PolicyFile.byteCount(description, goldenCount: goldenCount)
    var bytes = [UInt8](repeating: 0xAA, count: byteCount)
    var scratch = [Float](repeating: .nan, count: 2 * PolicyFile.widthMax)
    try unsafe normaliser.withUnsafeBufferPointer { (normaliser) in
      try unsafe parameters.withUnsafeBufferPointer { (parameters) in
        try unsafe goldenObservations.withUnsafeBufferPointer { (golden) in
          let numbers = unsafe PolicyNumbers(
            normaliser: normaliser, parameters: parameters, goldenObservations: golden)
          var span = scratch.mutableSpan
          try unsafe bytes.withUnsafeMutableBytes {
            try unsafe PolicyFile.write(description, numbers, into: $0, scratch: &span)
          }
        }
      }
    }
    return bytes
  }
}

/// Robots for policies.
enum RobotSamples {
  /// A robot whose joints are alike but for their names and ids; its period is 1/64 s.
  static func robot(
    body: Label = Label("pair"), jointCount: Int, periodMicroseconds: UInt32 = 15_625,
    change: (Int, inout Joint) -> Void = { _, _ in }
  ) -> Robot {
    var robot = Robot(
      body: body, controlPeriodMicroseconds: periodMicroseconds, supplyMinMillivolts: 3_800)
    for index in 0..<jointCount {
      var joint = Joint(
        name: Label("joint_\(index)") ?? Label(),
        servo: ServoCalibration(
          id: UInt8(index + 1), isReversed: false, zeroTicks: 2048, positionGain: 800),
        lowerLimitRadians: -1, upperLimitRadians: 1.5, standingRadians: 0.25,
        restingRadians: 0, slewMaxRadiansPerSecond: 8)
      change(index, &joint)
      _ = robot.append(joint)
    }
    return robot
  }
}
