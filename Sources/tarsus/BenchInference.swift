internal import ArgumentParser
internal import Foundation
internal import PolicyNetwork
internal import RobotDescription

/// `tarsus bench inference`: the actor's forward pass beside onnxruntime.
struct BenchInference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference",
    abstract: "Times forward passes beside onnxruntime on the same weights.",
    discussion: """
      Three networks with tanh, in a tight loop and 50 times a second with cold caches, in turns with
      onnxruntime on one thread. Run it in a checkout: it installs onnxruntime into .venv-inference.

      Example:
        tarsus bench inference --json
      """)

  @Option(help: "Turns of each network; medians over all of them are printed.")
  var turns: Int = 3
  @Option(help: "Seconds of a tight loop.")
  var seconds: Double = 0.5
  @Option(help: "Passes of a paced loop.")
  var passes: Int = 50
  @Flag(help: "Print the figures as JSON.")
  var json = false

  /// Layer widths, and the joints, terms and history that make such an observation.
  private static let shapes: [(layers: [Int], jointTerms: Int, history: Int)] = [
    ([48, 64, 64, 12], 4, 1), ([101, 512, 256, 128, 14], 7, 1), ([235, 512, 256, 128, 12], 3, 5),
  ]

  func validate() throws {
    guard turns > 0, seconds > 0, seconds < 60, passes > 0 else {
      throw ValidationError(
        "--turns, --seconds, --passes: found \(turns), \(seconds), \(passes), expected more than 0")
    }
  }

  func run() throws {
    let rival = try OnnxRuntime()
    var networks: [NetworkFigures] = []
    for shape in Self.shapes {
      let sample = SampleNetwork(layers: shape.layers, terms: shape.jointTerms, shape.history)
      let weights = FileManager.default.temporaryDirectory.appendingPathComponent(
        "tarsus-\(UUID().uuidString).weights")
      try unsafe sample.weights.withUnsafeBytes { unsafe Data($0) }.write(to: weights)
      defer { try? FileManager.default.removeItem(at: weights) }
      var figures = NetworkFigures(layers: shape.layers)
      for _ in 0..<turns {
        let (tight, paced, action) = sample.times(seconds: seconds, passes: passes)
        let theirs = try rival.times(
          shape.layers, weights: weights.path, seconds: seconds, passes: passes)
        figures.add(tight: (tight, theirs.tight), paced: (paced, theirs.paced))
        let difference = zip(action, theirs.action).map { abs($0 - $1) }.max() ?? .infinity
        guard difference < 1e-4 else {
          throw Failure.report(
            "onnxruntime: its action differs by \(difference), expected less than 1e-4",
            Failure.failed)
        }
      }
      networks.append(figures)
    }
    let report = InferenceFigures(networks: networks)
    if json { try printJSON(report) } else { print(report.text) }
  }
}

/// A network of random weights in a policy file.
private final class SampleNetwork {
  let weights: [Float]
  private var bytes: [UInt8] = []
  private let width: Int

  /// - Parameters:
  ///   - terms: Terms of the observation that have a number for each joint; to what is missing from the
  ///     first width, the gyro and the clock are added.
  init(layers: [Int], terms: Int, _ history: Int) {
    width = layers[0]
    let jointCount = layers[layers.count - 1]
    var robot = Robot(
      body: Label("bench"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 0)
    for index in 0..<jointCount {
      _ = robot.append(
        Joint(
          name: Label("joint"),
          servo: ServoCalibration(
            id: UInt8(index + 1), isReversed: false, zeroTicks: 2048, positionGain: 800),
          lowerLimitRadians: -1, upperLimitRadians: 1, standingRadians: 0, restingRadians: 0,
          slewMaxRadiansPerSecond: 8))
    }
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

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// onnxruntime in a process of its own, that is asked a network at a time.
private final class OnnxRuntime {
  /// What it answers.
  struct Times: Decodable {
    let tight: Double
    let paced: Double
    let action: [Double]
  }

  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()

  init() throws {
    let folder = "sim/inference"
    guard FileManager.default.fileExists(atPath: "\(folder)/setup.sh") else {
      throw Failure.report(
        "bench inference: found no \(folder)/setup.sh, expected to run in a checkout of Tarsus",
        Failure.wrongUse)
    }
    let setup = Process()
    setup.executableURL = URL(fileURLWithPath: "\(folder)/setup.sh")
    try setup.run()
    setup.waitUntilExit()
    guard setup.terminationStatus == 0 else {
      throw Failure.report("\(folder)/setup.sh: onnxruntime cannot be installed", Failure.failed)
    }
    process.executableURL = URL(fileURLWithPath: ".venv-inference/bin/python")
    process.arguments = ["\(folder)/onnxruntime_bench.py"]
    process.standardInput = requests
    process.standardOutput = answers
    try process.run()
  }

  deinit { try? requests.fileHandleForWriting.close() }

  func times(_ layers: [Int], weights: String, seconds: Double, passes: Int) throws -> Times {
    let request: [String: Any] = [
      "layers": layers, "weights": weights, "tight_seconds": seconds, "paced_runs": passes,
    ]
    let line = try JSONSerialization.data(withJSONObject: request) + Data("\n".utf8)
    try requests.fileHandleForWriting.write(contentsOf: line)
    var answer = Data()
    while answer.last != UInt8(ascii: "\n") {
      guard let more = try answers.fileHandleForReading.read(upToCount: 1), !more.isEmpty else {
        throw Failure.report("onnxruntime: it ended; see above", Failure.failed)
      }
      answer += more
    }
    return try JSONDecoder().decode(Times.self, from: answer)
  }
}

/// What `bench inference` prints.
private struct InferenceFigures: Encodable {
  let networks: [NetworkFigures]

  var text: String {
    func row(_ name: String, _ pair: NetworkFigures.Pair) -> [String] {
      [name]
        + [pair.tarsusMicroseconds, pair.onnxruntimeMicroseconds, pair.ratio].map {
          String(format: "%.2f", $0)
        }
    }
    let rows = networks.flatMap { network in
      let name = network.layers.map { "\($0)" }.joined(separator: "-")
      return [row("\(name) tight", network.tight), row("\(name) paced", network.paced)]
    }
    return "\(Table(rows: [["", "tarsus µs", "onnxruntime µs", "ratio"]] + rows))"
  }
}

/// The times of one network, medians over the turns.
private struct NetworkFigures: Encodable {
  struct Pair: Encodable {
    var tarsusMicroseconds: Double
    var onnxruntimeMicroseconds: Double
    /// Median over the turns of how many times as long onnxruntime takes.
    var ratio: Double

    init(_ turns: [(ours: Double, theirs: Double)]) {
      guard !turns.isEmpty else {
        (tarsusMicroseconds, onnxruntimeMicroseconds, ratio) = (0, 0, 0)
        return
      }
      tarsusMicroseconds = median(turns.map(\.ours))
      onnxruntimeMicroseconds = median(turns.map(\.theirs))
      ratio = median(turns.map { $0.theirs / $0.ours })
    }
  }

  let layers: [Int]
  private(set) var tight = Pair([])
  private(set) var paced = Pair([])
  private var tightTurns: [(ours: Double, theirs: Double)] = []
  private var pacedTurns: [(ours: Double, theirs: Double)] = []

  private enum CodingKeys: String, CodingKey {
    case layers, tight, paced
  }

  init(layers: [Int]) { self.layers = layers }

  mutating func add(
    tight: (ours: Double, theirs: Double), paced: (ours: Double, theirs: Double)
  ) {
    tightTurns.append(tight)
    pacedTurns.append(paced)
    self.tight = Pair(tightTurns)
    self.paced = Pair(pacedTurns)
  }
}
