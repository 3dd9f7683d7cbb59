internal import ArgumentParser
internal import CommandSupport
internal import Foundation

/// `tarsus bench inference`: the forward pass of the policy beside onnxruntime.
struct BenchInference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference",
    abstract: "Times forward passes beside onnxruntime on the same weights.",
    discussion: """
      It times three networks with tanh, in a tight loop and 50 times a second with cold caches, in
      turns with onnxruntime on one thread. Run it in a checkout: it installs onnxruntime into
      .venv-inference.

      Example:
        tarsus bench inference --json
      """)

  @Option(help: "Turns of each network; medians over all of them are printed.")
  var turns: Int = 3
  @Option(help: "Seconds of a tight loop.")
  var seconds: Double = 0.5
  @Option(help: "Passes of a paced loop.")
  var passes: Int = 50
  @OptionGroup var output: FigureOptions

  /// The layer widths, with the terms and history that make such an observation.
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
    try output.print(InferenceFigures(networks: networks))
  }
}

/// The figures of `bench inference`.
private struct InferenceFigures: Figures {
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
    /// Median over the turns of the time of onnxruntime ÷ that of tarsus.
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
