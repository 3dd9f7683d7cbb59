internal import Foundation
internal import RobotControl

/// Percentiles of durations, in microseconds.
struct Percentiles: Codable {
  let p50: Double
  let p99: Double
  let p99_9: Double
  let max: Double

  /// - Parameter microseconds: In any order.
  init(_ microseconds: [Double]) {
    let sorted = microseconds.sorted()
    func value(_ share: Double) -> Double {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
    (p50, p99, p99_9, max) = (value(0.5), value(0.99), value(0.999), sorted.last ?? 0)
  }

  init(_ histogram: DurationHistogram) {
    func value(_ share: Double) -> Double {
      Double(histogram.percentileNanoseconds(share)) / 1e3
    }
    (p50, p99, p99_9) = (value(0.5), value(0.99), value(0.999))
    max = Double(histogram.maxNanoseconds) / 1e3
  }

  var text: String {
    String(format: "p50 %.0f µs, p99 %.0f µs, max %.0f µs", p50, p99, max)
  }
}
