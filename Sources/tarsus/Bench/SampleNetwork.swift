internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import RobotDescription

/// A network with random weights in a policy file.
final class SampleNetwork {
  let weights: [Float]
  private var bytes: [UInt8] = []
  private let width: Int

  /// - Parameters:
  ///   - terms: The number of observation terms with a number for each joint; gyro and gait clock
  ///     fill the rest of the first width.
  init(layers: [Int], terms: Int, _ history: Int) {
    width = layers[0]
    let jointCount = layers[layers.count - 1]
    let robot = Robot(benchJointCount: jointCount, positionGain: 800)
    var layout = ObservationLayout(
      jointCount: jointCount, historyCount: history, gaitPeriodTicks: 40)
    for _ in 0..<terms { layout.append(.jointAngles, scale: 1) }
    var rest = width / history - terms * jointCount
    while rest >= 3 {
      layout.append(.gyro, scale: 1)
      rest -= 3
    }
    if rest == 2 { layout.append(.gaitClock, scale: 1) }
    precondition(layout.width == width, "terms that make the first width")
    var generator = SystemRandomNumberGenerator()
    var weights: [Float] = []
    for (inputs, outputs) in zip(layers, layers.dropFirst()) {
      let bound = 1 / Float(inputs).squareRoot()
      for _ in 0..<(outputs * (inputs + 1)) {
        weights.append(.random(in: -bound...bound, using: &generator))
      }
    }
    self.weights = weights
    var description = PolicyDescription(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 1), observation: layout,
        commands: CommandRange(lower: VelocityCommand(), upper: VelocityCommand())),
      provenance: Provenance(), normaliserClip: 10)
    for (index, width) in layers.dropFirst().enumerated() {
      description.append(
        LayerShape(
          outputCount: width, activation: index == layers.count - 2 ? .identity : .tanh))
    }
    bytes = Self.file(description, width: width, weights)
  }

  private static func file(
    _ description: PolicyDescription, width: Int, _ weights: [Float]
  ) -> [UInt8] {
    let golden = (0..<(16 * width)).map { Float($0 % 7) / 7 }
    let normaliser = [Float](repeating: 0, count: width) + [Float](repeating: 1, count: width)
    var bytes = [UInt8](
      repeating: 0, count: PolicyFile.byteCount(description, goldenCount: 16))
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    var room = scratch.mutableSpan
    unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe normaliser.withUnsafeBufferPointer { normaliser in
        unsafe weights.withUnsafeBufferPointer { weights in
          unsafe golden.withUnsafeBufferPointer { golden in
            let numbers = unsafe PolicyNumbers(
              normaliser: normaliser, parameters: weights, goldenObservations: golden)
            do {
              try unsafe PolicyFile.write(description, numbers, into: bytes, scratch: &room)
            } catch {
              preconditionFailure("a policy of random weights: \(error)")
            }
          }
        }
      }
    }
    return bytes
  }

  /// Medians in microseconds, and the action for an observation of halves.
  func times(seconds: Double, passes: Int) -> (tight: Double, paced: Double, action: [Double]) {
    let observation = [Float](repeating: 0.5, count: width)
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    var action = JointValues(repeating: 0)
    var evicted = [UInt8](repeating: 0, count: 64 << 20)
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let policy = try? unsafe PolicyFile(validating: bytes) else {
        preconditionFailure("a policy that was just written")
      }
      func pass() {
        var output = action.mutableSpan
        var room = scratch.mutableSpan
        policy.forward(observation.span, into: &output, scratch: &room)
      }
      let clock = ContinuousClock()
      var tight: [Double] = []
      let end = clock.now + .seconds(seconds)
      while clock.now < end {
        let duration = clock.measure { for _ in 0..<50 { pass() } }
        tight.append(duration / .microseconds(50))
      }
      var paced: [Double] = []
      var due = clock.now
      for _ in 0..<passes {
        for index in stride(from: 0, to: evicted.count, by: 64) { evicted[index] &+= 1 }
        due += .milliseconds(20)
        let left = due - clock.now
        if left > .zero { usleep(UInt32(left / .microseconds(1))) }
        paced.append(clock.measure { pass() } / .microseconds(1))
      }
      let jointCount = policy.contract.jointCount
      return (median(tight), median(paced), (0..<jointCount).map { Double(action[$0]) })
    }
  }
}
