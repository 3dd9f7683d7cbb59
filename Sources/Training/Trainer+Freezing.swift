internal import Locomotion
internal import ParallelArrays
public import PolicyNetwork
internal import RobotDescription

extension Trainer {
  /// Golden pairs in a frozen policy.
  private static let goldenCount = 32
  /// Largest difference between an action of the trainer and of the frozen actor.
  ///
  /// The two add up their products in different orders.
  private static let differenceMax: Float = 1e-4

  /// Freezes the actor into a policy file: no critic, no optimiser state, no noise.
  ///
  /// - Parameter provenance: Task, seed and steps are filled in here.
  /// - Throws: ``TrainingError/freezeDisagrees(difference:)`` when the file's actor does not
  ///   compute what the trainer computes; ``TrainingError/notDeployable(task:)`` when the task has
  ///   no robot.
  public func freeze(_ provenance: Provenance) throws -> [UInt8] {
    guard case .legged(let task) = task else {
      throw TrainingError.notDeployable(task: task.name)
    }
    var provenance = provenance
    provenance.task = task.robot.body
    provenance.seed = seed
    provenance.steps = UInt64(steps)
    var description = PolicyDescription(
      contract: PolicyContract(
        robot: task.robot, actions: task.actions, observation: task.observation,
        commands: task.configuration.commands),
      provenance: provenance, normaliserClip: ObservationNormaliser.clip)
    for width in configuration.hiddenWidths {
      description.append(LayerShape(outputCount: width, activation: policy.actor.activation))
    }
    description.append(LayerShape(outputCount: policy.actorWidth, activation: .identity))
    let golden = goldenObservations()
    let bytes = try write(description, golden: golden)
    try compare(bytes, golden: golden)
    return bytes
  }

  /// Observations of the golden pairs, taken from the environments.
  ///
  /// When there are fewer environments than pairs, their observations are used again, scaled down
  /// each time, so that no pair repeats.
  private func goldenObservations() -> [Float] {
    let width = environments.policyObservationWidth
    let stride = environments.observationWidth
    return (0..<(Self.goldenCount * width)).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      let (round, environment) = row.quotientAndRemainder(dividingBy: environments.count)
      return environments.observations[environment * stride + column] / Float(round + 1)
    }
  }

  private func write(
    _ description: PolicyDescription, golden: [Float]
  ) throws(PolicyFileError) -> [UInt8] {
    let goldenCount = golden.count / environments.policyObservationWidth
    let file = SliceBuffer<UInt8>(
      repeating: 0, count: PolicyFile.byteCount(description, goldenCount: goldenCount))
    let width = environments.policyObservationWidth
    let statistics = normaliser.numbers
    let factors = statistics[environments.observationWidth...].prefix(width)
    let normaliserNumbers = SliceBuffer(Array(statistics.prefix(width) + factors))
    let goldenObservations = SliceBuffer(golden)
    let actorNumbers = SliceBuffer(policy.actorNumbers)
    let numbers = unsafe PolicyNumbers(
      normaliser: UnsafeBufferPointer(
        start: normaliserNumbers.base, count: normaliserNumbers.count),
      parameters: UnsafeBufferPointer(start: actorNumbers.base, count: actorNumbers.count),
      goldenObservations: UnsafeBufferPointer(
        start: goldenObservations.base, count: goldenObservations.count))
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    var room = scratch.mutableSpan
    unsafe try PolicyFile.write(
      description, numbers,
      into: UnsafeMutableRawBufferPointer(start: file.base, count: file.count), scratch: &room)
    return file.elements
  }

  /// Checks the frozen actor against the trainer's own arithmetic.
  private func compare(_ bytes: [UInt8], golden: [Float]) throws {
    let count = golden.count / environments.policyObservationWidth
    let networks = ActorCriticWorkspace(model: policy, rowsMax: count)
    let width = environments.policyObservationWidth
    let stride = environments.observationWidth
    let numbers = normaliser.numbers
    // Privileged observations stay zero: the actor does not see them.
    var normalised = [Float](repeating: 0, count: count * stride)
    for (index, value) in golden.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      normalised[row * stride + column] = ObservationNormaliser.normalised(
        value, mean: numbers[column], factor: numbers[stride + column])
    }
    unsafe networks.forwardActor(normalised, rows: count)
    let actionWidth = policy.actorWidth
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    var difference: Float = 0
    try unsafe bytes.withUnsafeBytes { bytes in
      let policy = try unsafe PolicyFile(validating: bytes)
      var action = JointValues(repeating: 0)
      for row in 0..<count {
        var output = action.mutableSpan
        var room = scratch.mutableSpan
        policy.forward(
          golden.span.extracting((row * width)..<((row + 1) * width)), into: &output,
          scratch: &room)
        for joint in 0..<actionWidth {
          let expected = networks.outputs[row * networks.outputStride + joint]
          difference = max(difference, abs(expected - action[joint]))
        }
      }
    }
    guard difference <= Self.differenceMax else {
      throw TrainingError.freezeDisagrees(difference: difference)
    }
  }
}
