import RobotDescription
import Testing

struct ObservationLayoutTests {
  static let command = VelocityCommand(forward: 0.5, left: -0.25, yawRate: 1)

  static func sample() -> RobotSample {
    var sample = RobotSample()
    sample.gyro = SIMD3(4, 8, -12)
    sample.gravity = SIMD3(0.5, -0.25, -1)
    sample.jointAngles = TwoJoints.values(0.75, 0.25)
    sample.jointVelocities = TwoJoints.values(20, -40)
    return sample
  }

  /// Builds into `observation` with the targets 0.75 and −0.5 in force.
  static func build(
    _ layout: ObservationLayout, from sample: RobotSample, tick: UInt32 = 1,
    into observation: inout [Float]
  ) {
    let action = ActionState(targets: TwoJoints.values(0.75, -0.5))
    var span = observation.mutableSpan
    layout.build(
      from: sample, command: command, action: action, layout: TwoJoints.actions(),
      tick: tick, into: &span)
  }

  @Test func standard_twoJoints_isThisByHand() {
    let layout = ObservationLayout.standard(jointCount: 2)
    var observation = [Float](repeating: .nan, count: 15)
    Self.build(layout, from: Self.sample(), into: &observation)
    #expect(
      observation == [
        1, 2, -3,  // gyro / 4
        0.5, -0.25, -1,  // gravity
        0.25, 0.5,  // angles less the standing pose, 0.5 and −0.25
        1, -2,  // rates / 20
        1, -1,  // targets less the standing pose, times 4
        0.5, -0.25, 1,  // command
      ])
  }

  @Test func standard_twoJoints_hasTheseTermsAndScales() {
    let layout = ObservationLayout.standard(jointCount: 2)
    #expect(
      (0..<layout.termCount).map { layout.term(at: $0) } == [
        .gyro, .gravity, .jointAngles, .jointVelocities, .lastAction, .command,
      ])
    #expect((0..<layout.termCount).map { layout.scale(at: $0) } == [0.25, 1, 1, 0.05, 1, 1])
    #expect(layout.frameWidth == 15)
    #expect(layout.width == 15)
    #expect(layout.historyCount == 1)
  }

  @Test(arguments: zip([1, 12, 32], [12, 45, 105]))
  func standard_width_isNineAndThreePerJoint(jointCount: Int, width: Int) {
    #expect(ObservationLayout.standard(jointCount: jointCount).width == width)
  }

  @Test func build_everyTermWithScaleTwo_isThisByHand() {
    let expected: [(term: ObservationTerm, numbers: [Float])] = [
      (.command, [1, -0.5, 2]), (.lastAction, [2, -2]), (.jointVelocities, [40, -80]),
      (.jointAngles, [0.5, 1]), (.gravity, [1, -0.5, -2]), (.gyro, [8, 16, -24]),
    ]
    var whole = ObservationLayout(jointCount: 2, historyCount: 1)
    for (term, numbers) in expected {
      var alone = ObservationLayout(jointCount: 2, historyCount: 1)
      alone.append(term, scale: 2)
      whole.append(term, scale: 2)
      var observation = [Float](repeating: .nan, count: numbers.count)
      Self.build(alone, from: Self.sample(), into: &observation)
      #expect(observation == numbers)
    }
    var observation = [Float](repeating: .nan, count: 15)
    Self.build(whole, from: Self.sample(), into: &observation)
    #expect(observation == expected.flatMap(\.numbers))
  }

  @Test func build_history_movesOldFramesToTheFront() {
    var layout = ObservationLayout(jointCount: 2, historyCount: 3)
    layout.append(.gyro, scale: 1)
    layout.append(.jointAngles, scale: 1)
    #expect(layout.frameWidth == 5)
    var observation = [Float](repeating: 0, count: 15)
    var sample = RobotSample()
    for tick in 1...4 {
      let value = Float(tick)
      sample.gyro = SIMD3(value, 10 * value, 100 * value)
      sample.jointAngles = TwoJoints.values(value + 0.5, -value - 0.25)
      Self.build(layout, from: sample, tick: UInt32(tick - 1), into: &observation)
      if tick == 1 {
        #expect(observation == [1, 10, 100, 1, -1, 1, 10, 100, 1, -1, 1, 10, 100, 1, -1])
      }
    }
    #expect(observation == [2, 20, 200, 2, -2, 3, 30, 300, 3, -3, 4, 40, 400, 4, -4])
  }

  @Test func build_first_readsNothingOfTheMemory() {
    var layout = ObservationLayout(jointCount: 2, historyCount: 16)
    layout.append(.command, scale: 1)
    var observation = [Float](repeating: .nan, count: 48)
    Self.build(layout, from: RobotSample(), tick: 0, into: &observation)
    #expect(observation == (0..<16).flatMap { _ in [0.5, -0.25, 1] as [Float] })
  }

  @Test func build_notFirst_startsFromTheMemoryAsItIs() {
    var layout = ObservationLayout(jointCount: 2, historyCount: 2)
    layout.append(.command, scale: 1)
    var observation: [Float] = [1, 2, 3, 4, 5, 6]
    Self.build(layout, from: RobotSample(), into: &observation)
    #expect(observation == [4, 5, 6, 0.5, -0.25, 1])
  }

  @Test func rawValues_ofTerms_arePermanent() {
    let terms: [ObservationTerm] = [
      .gyro, .gravity, .jointAngles, .jointVelocities, .lastAction, .command, .gaitClock,
    ]
    #expect(terms.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7])
    #expect(terms.map { $0.width(jointCount: 7) } == [3, 3, 7, 7, 7, 3, 2])
  }

  @Test func standard_withAPeriod_endsWithTheClock() {
    let layout = ObservationLayout.standard(jointCount: 2, gaitPeriodTicks: 40)
    #expect(layout.gaitPeriodTicks == 40)
    #expect(layout.width == 17)
    #expect(layout.term(at: 6) == .gaitClock)
  }

  @Test func accepts_clockWithoutAPeriod_isFalse() {
    let layout = ObservationLayout(jointCount: 2, historyCount: 1)
    #expect(!layout.accepts(.gaitClock))
    #expect(layout.accepts(.gyro))
    #expect(
      ObservationLayout(jointCount: 2, historyCount: 1, gaitPeriodTicks: 1).accepts(.gaitClock))
  }

  @Test(arguments: [(0, 0, 2), (10, 2, 0), (20, 0, -2), (30, -2, 0), (40, 0, 2), (4_010, 2, 0)])
  func build_clockOfFortyTicks_isThisEveryQuarter(tick: UInt32, sine: Float, cosine: Float) {
    var layout = ObservationLayout(jointCount: 2, historyCount: 1, gaitPeriodTicks: 40)
    layout.append(.gaitClock, scale: 2)
    var observation: [Float] = [.nan, .nan]
    Self.build(layout, from: RobotSample(), tick: tick, into: &observation)
    #expect(observation == [sine, cosine])
  }

  @Test func build_clockWithHistory_holdsThePastPhases() {
    var layout = ObservationLayout(jointCount: 2, historyCount: 3, gaitPeriodTicks: 4)
    layout.append(.gaitClock, scale: 1)
    var observation = [Float](repeating: .nan, count: 6)
    Self.build(layout, from: RobotSample(), tick: 0, into: &observation)
    #expect(observation == [0, 1, 0, 1, 0, 1])
    for tick: UInt32 in 1...2 {
      Self.build(layout, from: RobotSample(), tick: tick, into: &observation)
    }
    #expect(observation == [0, 1, 1, 0, 0, -1])
  }
}
