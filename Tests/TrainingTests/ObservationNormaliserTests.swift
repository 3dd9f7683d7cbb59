import Foundation
import Locomotion
import ParallelArrays
import Testing

@testable import Training

@Suite struct ObservationNormaliserTests {
  private static let width = 3

  /// Batches of different sizes; their columns have means 0, 1000 and 5, the last is constant.
  private static func batches() -> [[Float]] {
    var random = RandomSource(seed: 3, stream: 0)
    return [1, 7, 64, 2].map { rows in
      (0..<rows).flatMap { _ in [random.normals().0, 1000 + 0.5 * random.normals().0, 5] }
    }
  }

  private static func normaliser(_ batches: [[Float]]) -> ObservationNormaliser {
    var normaliser = ObservationNormaliser(width: width)
    for batch in batches { normaliser.add(batch.span) }
    return normaliser
  }

  @Test func add_batches_equalsTwoPassesOverAllOfThem() {
    let normaliser = Self.normaliser(Self.batches())
    let all = Self.batches().flatMap(\.self)
    let rows = all.count / Self.width
    #expect(normaliser.count == Double(rows))
    for column in 0..<Self.width {
      let values = (0..<rows).map { Double(all[$0 * Self.width + column]) }
      let mean = values.reduce(0, +) / Double(rows)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      #expect(abs(normaliser.means[column] - mean) < 1e-9)
      #expect(abs(normaliser.squares[column] - squares) < 1e-7)
    }
  }

  @Test func add_batchesInAnotherOrder_isTheSame() {
    let forth = Self.normaliser(Self.batches())
    let back = Self.normaliser(Self.batches().reversed())
    for column in 0..<Self.width {
      #expect(abs(forth.means[column] - back.means[column]) < 1e-9)
      #expect(abs(forth.squares[column] - back.squares[column]) < 1e-7)
    }
  }

  @Test func add_nothing_changesNothing() {
    var normaliser = Self.normaliser(Self.batches())
    let before = normaliser
    normaliser.add([Float]().span)
    #expect(normaliser == before)
  }

  @Test func numbers_noData_leaveObservationsNearlyAsTheyAre() {
    let numbers = ObservationNormaliser(width: 2).numbers
    #expect(numbers[0...1] == [0, 0])
    #expect(numbers[2...3].allSatisfy { abs($0 - 1) < 1e-3 })
  }

  @Test func numbers_constantColumn_areFinite() {
    let isFinite = Self.normaliser(Self.batches()).numbers.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test func numbers_anyColumn_areMeanAndInverseDeviation() {
    let normaliser = Self.normaliser(Self.batches())
    let variance = normaliser.squares[1] / normaliser.count
    let expected = 1 / (variance + 1e-4).squareRoot()
    #expect(abs(Double(normaliser.numbers[Self.width + 1]) - expected) < 1e-5)
    #expect(normaliser.numbers[1] == Float(normaliser.means[1]))
  }

  @Test(arguments: [(3, 4), (100, 10), (-100, -10)] as [(Float, Float)])
  func normalised_number_isShiftedScaledAndClipped(observed: Float, expected: Float) {
    #expect(ObservationNormaliser.normalised(observed, mean: 1, factor: 2) == expected)
  }

  @Test func normalised_notANumber_staysSo() {
    #expect(ObservationNormaliser.normalised(.nan, mean: 1, factor: 2).isNaN)
  }
}
