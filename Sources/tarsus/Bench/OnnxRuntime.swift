internal import CommandSupport
internal import Foundation

/// onnxruntime in a process of its own, which times one network at a time.
final class OnnxRuntime {
  /// The times and the action of a network.
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
