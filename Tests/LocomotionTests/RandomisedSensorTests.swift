import ParallelArrays
import Physics
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct RandomisedSensorTests {
  private static let ticks = 12

  /// Readings and truths of one simulation, tick by tick, the start included.
  private struct Record {
    var readings: [Reading] = []
    var truths: [Reading] = []
  }

  private static func record(
    _ randomisation: RandomisationConfiguration, count: Int = 4, ticks: Int = ticks
  ) throws -> [Record] {
    let environments = try Randomised.environments(randomisation, count: count) {
      $0.uprightMin = -1
      $0.heightMinMetres = -1
    }
    var records = [Record](repeating: Record(), count: count)
    func look() {
      for index in 0..<count {
        records[index].readings.append(Reading(environments, of: index))
        records[index].truths.append(Reading(truthOf: environments, index))
      }
    }
    look()
    try Randomised.run(environments, ticks: ticks) { _ in look() }
    return records
  }

  /// The delay at which readings are the truth of that many ticks ago; `nil` when there is none.
  private static func delay(_ record: Record, _ part: KeyPath<Reading, [Float]>) -> Int? {
    (0...RandomisationConfiguration.delayTicksMax).first { delay in
      record.readings.indices.allSatisfy { tick in
        let truth = record.truths[max(0, tick - delay)]
        return distance(record.readings[tick][keyPath: part], truth[keyPath: part]) < 1e-5
      }
    }
  }

  @Test func imuDelay_upToThree_isExactlyWhatIsDrawnForGyroAndGravityAlone() throws {
    let records = try Self.record(.only { $0.imuDelayTicksMax = 3 }, count: 24)
    #expect(Set(records.map { Self.delay($0, \.imu) }) == [0, 1, 2, 3])
    #expect(records.allSatisfy { Self.delay($0, \.joints) == 0 })
  }

  @Test func jointDelay_upToThree_isExactlyWhatIsDrawnForAnglesAndRatesAlone() throws {
    let records = try Self.record(.only { $0.jointDelayTicksMax = 3 }, count: 24)
    #expect(Set(records.map { Self.delay($0, \.joints) }) == [0, 1, 2, 3])
    #expect(records.allSatisfy { Self.delay($0, \.imu) == 0 })
  }

  @Test func commandDelay_upToThree_isExactlyWhatIsDrawnForEveryTarget() throws {
    let count = 24
    let environments = try Randomised.environments(
      .only { $0.commandDelayTicksMax = 3 }, count: count)
    // Before the first tick the target was the standing pose.
    var wanted = [[[Float]]](
      repeating: [[Float]](repeating: (0..<12).map { Spider.standingLeg[$0 % 3] }, count: 3),
      count: count)
    var sent = [[[Float]]](repeating: [], count: count)
    try Randomised.run(
      environments, ticks: 8,
      afterAct: {
        for index in 0..<count {
          let targets = environments.episodes[index].targets
          wanted[index].append((0..<12).map { targets[$0] })
          sent[index].append((0..<12).map { Float(environments.target($0, of: index)) })
        }
      }, { _ in })
    let delays = (0..<count).map { index in
      (0...3).first { delay in Array(wanted[index].dropFirst(3 - delay).prefix(8)) == sent[index] }
    }
    #expect(Set(delays) == [0, 1, 2, 3])
  }

  @Test func delay_newEpisode_knowsNothingOfTheLast() throws {
    let environments = try Randomised.environments(
      .only { $0.jointDelayTicksMax = 3 }, count: 8
    ) { $0.episodeTicksMax = 5 }
    try Randomised.run(environments, ticks: 5) { _ in }
    #expect((0..<8).allSatisfy { environments.outcomes[$0] == .truncated })
    for index in 0..<8 {
      let start = Reading(truthOf: environments, index).joints
      #expect(distance(Reading(environments, of: index).joints, start) < 1e-5)
    }
  }

  @Test func encoderBias_everyJoint_isConstantWithinItsBound() throws {
    let records = try Self.record(.only { $0.encoderBiasRadiansMax = 0.05 })
    var biases: Set<Float> = []
    for record in records {
      let bias = zip(record.readings[0].jointAngles, record.truths[0].jointAngles).map { $0 - $1 }
      for (reading, truth) in zip(record.readings, record.truths) {
        let now = zip(reading.jointAngles, truth.jointAngles).map { $0 - $1 }
        #expect(distance(now, bias) < 1e-6)
        #expect(distance(reading.jointRates, truth.jointRates) < 1e-5)
      }
      #expect(bias.allSatisfy { abs($0) <= 0.05 + 1e-6 })
      biases.formUnion(bias)
    }
    #expect(biases.count == 48)
    #expect(biases.contains { $0 > 0.025 } && biases.contains { $0 < -0.025 })
  }

  @Test func imuMounting_everyTick_turnsGyroAndGravityAlikeByOneSmallAngle() throws {
    func dot(_ left: SIMD3<Float>, _ right: SIMD3<Float>) -> Float { (left * right).sum() }
    let angleMax: Float = 0.2
    let records = try Self.record(.only { $0.imuMountingRadiansMax = angleMax }, count: 8)
    var angles: [Float] = []
    for record in records {
      // One rotation keeps every product of two vectors, of the same tick or of others.
      let seen = record.readings.flatMap { [$0.gyro, $0.gravity] }
      let real = record.truths.flatMap { [$0.gyro, $0.gravity] }
      for left in seen.indices {
        for right in left..<seen.count {
          let expected = dot(real[left], real[right])
          let error = abs(dot(seen[left], seen[right]) - expected)
          #expect(error < 1e-4 * max(1, abs(expected)))
        }
      }
      for (reading, truth) in zip(seen, real) where dot(truth, truth) > 0.01 {
        let cosine = dot(reading, truth) / dot(truth, truth)
        #expect(cosine > 1 - angleMax * angleMax / 2 - 1e-4)
      }
      let level = record.readings[0].gravity
      angles.append((level.x * level.x + level.y * level.y).squareRoot())
    }
    #expect(angles.contains { $0 > 0.05 })
    #expect(Set(angles).count == 8)
  }

  @Test func imuMounting_quarterTurnAboutUp_mapsForwardToTheSensorsRight() throws {
    let environments = try Randomised.environments(.only { $0.imuMountingRadiansMax = 0.1 })
    // The sensor is turned to the left, so what points forward lies to its right.
    let half = Float(0.5).squareRoot()
    environments.episodes[0].variation?.mounting = SIMD4(0, 0, half, half)
    for axis in 0..<3 { environments.setVelocity(3 + axis, to: axis == 0 ? 1 : 0, of: 0) }
    environments.observe(in: 0..<1)
    let gyro = Reading(environments, of: 0).gyro
    #expect(distance((0..<3).map { gyro[$0] }, [0, -1, 0]) < 1e-6)
  }

  /// Noise of a reading: its difference from the truth.
  struct Noisy: Sendable, CustomTestStringConvertible {
    let name: String
    let noise: @Sendable (inout RandomisationConfiguration, SensorNoise) -> Void
    fileprivate let part: @Sendable (Reading) -> [Float]
    var testDescription: String { name }
  }

  static let noisies = [
    Noisy(name: "joint angle", noise: { $0.jointAngleNoise = $1 }, part: { $0.jointAngles }),
    Noisy(name: "joint velocity", noise: { $0.jointRateNoise = $1 }, part: { $0.jointRates }),
    Noisy(
      name: "gyro", noise: { $0.gyroNoise = $1 },
      part: { reading in (0..<3).map { reading.gyro[$0] } }
    ),
    Noisy(
      name: "gravity", noise: { $0.gravityNoise = $1 },
      part: { reading in (0..<3).map { reading.gravity[$0] } }),
  ]

  private static func errors(_ noisy: Noisy, _ noise: SensorNoise) throws -> [Float] {
    let records = try record(.only { noisy.noise(&$0, noise) }, count: 16, ticks: 30)
    return records.flatMap { record in
      zip(record.readings, record.truths).flatMap { reading, truth in
        for other in noisies where other.name != noisy.name {
          #expect(distance(other.part(reading), other.part(truth)) < 1e-5)
        }
        return zip(noisy.part(reading), noisy.part(truth)).map { $0 - $1 }
      }
    }
  }

  @Test(arguments: noisies) func uniformNoise_manyReadings_fillsItsRangeAndNoMore(
    noisy: Noisy
  ) throws {
    let errors = try Self.errors(noisy, SensorNoise(.uniform, size: 0.3))
    #expect(errors.allSatisfy { abs($0) <= 0.3 + 1e-5 })
    #expect(errors.contains { $0 > 0.28 } && errors.contains { $0 < -0.28 })
    let squares = errors.reduce(0) { $0 + $1 * $1 } / Float(errors.count)
    // The variance of a uniform distribution over ±a is a²/3.
    #expect(abs(squares / 0.03 - 1) < 0.1)
  }

  @Test(arguments: noisies) func normalNoise_manyReadings_hasItsStandardDeviation(noisy: Noisy)
    throws
  {
    let errors = try Self.errors(noisy, SensorNoise(.normal, size: 0.3))
    let squares = errors.reduce(0) { $0 + $1 * $1 } / Float(errors.count)
    #expect(abs(squares / 0.09 - 1) < 0.1)
    #expect(errors.contains { abs($0) > 0.6 })
  }

  @Test func encoderBias_servo_closesItsLoopOnTheSameEncoder() throws {
    let environments = try Randomised.environments(.only { $0.encoderBiasRadiansMax = 0.05 })
    for index in 0..<4 {
      let reading = Reading(environments, of: index).jointAngles
      let truth = Reading(truthOf: environments, index).jointAngles
      try Randomised.run(environments, ticks: 1) { _ in
        for joint in 0..<12 {
          let asked = environments.episodes[index].targets[joint]
          let sent = Float(environments.target(joint, of: index))
          #expect(abs(asked - sent - (reading[joint] - truth[joint])) < 1e-5)
        }
      }
    }
  }

  @Test func sensors_everyErrorButThatOfTheServos_touchNeitherStateNorReward() throws {
    let plain = try Randomised.environments(.only())
    let spoilt = try Randomised.environments(
      .only {
        $0.imuDelayTicksMax = 3
        $0.jointDelayTicksMax = 3
        $0.imuMountingRadiansMax = 0.3
        $0.jointAngleNoise.size = 0.2
        $0.jointRateNoise.size = 2
        $0.gyroNoise.size = 1
        $0.gravityNoise.size = 0.5
      })
    try Randomised.run(plain, ticks: 10) { _ in }
    try Randomised.run(spoilt, ticks: 10) { _ in
      #expect(spoilt.observation(of: 0) != plain.observation(of: 0))
    }
    for index in 0..<4 {
      #expect(spoilt.batch.state(of: index) == plain.batch.state(of: index))
    }
    #expect(spoilt.rewards.elements == plain.rewards.elements)
  }
}
