import PolicyNetwork
import RobotDescription
import Testing

/// Bytes of a written policy, and the policy that is read from them.
struct PolicyFileTests {
  @Test func write_tinyPolicy_putsEveryFieldHere() throws {
    let sample = SamplePolicy.tiny(gaitPeriodTicks: 30)
    let bytes = try sample.file()
    #expect(bytes.count == 772)
    #expect(Array(bytes[0..<8]) == Array("TSPOLICY".utf8))
    #expect(bytes.number(at: 8, as: UInt32.self) == 3)
    #expect(bytes.number(at: 12, as: UInt32.self) == 772)
    #expect(Array(bytes[16..<21]) == [4] + Array("pair".utf8))
    #expect(bytes.number(at: 48, as: UInt32.self) == 15_625)
    #expect(bytes.number(at: 52, as: UInt32.self) == 1)
    #expect(Array(bytes[56..<64]) == [7] + Array("joint_0".utf8))
    #expect([88, 92, 96, 100, 104].map { bytes.float(at: $0) } == [0.25, 0.5, -1, 1.5, 0.125])
    #expect(bytes.number(at: 108, as: UInt32.self) == 800)
    #expect(bytes.number(at: 112, as: UInt32.self) == 1)
    #expect(bytes.number(at: 116, as: UInt32.self) == 1)
    #expect(bytes.number(at: 120, as: UInt32.self) == 30)
    #expect(bytes.number(at: 124, as: UInt32.self) == 1)
    #expect(bytes.float(at: 128) == 0.25)
    #expect((0..<6).map { bytes.float(at: 132 + 4 * $0) } == [-1, 0, 0, 1, 0, 0])
  }

  @Test func write_tinyPolicy_putsProvenanceAndLayersHere() throws {
    let sample = SamplePolicy.tiny()
    let bytes = try sample.file()
    #expect(Array(bytes[156..<161]) == [4] + Array("walk".utf8))
    #expect(bytes.number(at: 188, as: UInt64.self) == 0x0123_4567_89AB_CDEF)
    #expect(bytes.number(at: 196, as: UInt64.self) == 30_000_000_000)
    #expect(Array(bytes[204..<213]) == [8] + Array("0a1b2c3d".utf8))
    #expect(bytes.number(at: 236, as: UInt32.self) == 100)
    #expect(bytes.number(at: 240, as: UInt32.self) == 3)
    #expect(bytes.float(at: 244) == 912.5)
    #expect(bytes.float(at: 248) == 41.25)
    #expect([252, 256, 260, 264].map { bytes.number(at: $0, as: UInt32.self) } == [1, 3, 1, 1])
    #expect(bytes.float(at: 268) == 5)
    #expect(bytes.number(at: 272, as: UInt32.self) == 16)
    #expect((0..<6).map { bytes.float(at: 320 + 4 * $0) } == sample.normaliser)
    #expect((0..<3).map { bytes.float(at: 384 + 4 * $0) } == Array(sample.parameters[0..<3]))
    #expect(bytes.float(at: 448) == sample.parameters[3])
    for pair in 0..<16 {
      let observation = (0..<3).map { bytes.float(at: 512 + 16 * pair + 4 * $0) }
      #expect(observation == Array(sample.goldenObservations[(3 * pair)..<(3 * pair + 3)]))
    }
  }

  @Test func write_theSameTwice_givesTheSameBytes() throws {
    #expect(try SamplePolicy.small().file() == SamplePolicy.small().file())
  }

  @Test func read_writtenFile_givesTheContract() throws {
    let sample = SamplePolicy.small()
    let expected = sample.description.contract
    try withPolicy(sample.file()) { policy in
      let contract = policy.contract
      #expect(contract.body == expected.body)
      #expect(contract.controlPeriodMicroseconds == expected.controlPeriodMicroseconds)
      #expect(contract.jointCount == 2)
      for joint in 0..<Robot.jointsMax {
        #expect(contract.jointNames[joint] == expected.jointNames[joint])
        #expect(contract.positionGains[joint] == expected.positionGains[joint])
        #expect(contract.actions.defaultPose[joint] == expected.actions.defaultPose[joint])
        #expect(contract.actions.scale[joint] == expected.actions.scale[joint])
        #expect(contract.actions.lowerLimits[joint] == expected.actions.lowerLimits[joint])
        #expect(contract.actions.upperLimits[joint] == expected.actions.upperLimits[joint])
        #expect(
          contract.actions.slewMaxRadians[joint] == expected.actions.slewMaxRadians[joint])
      }
      #expect(contract.commands == expected.commands)
      #expect(contract.firstDifference(from: RobotSamples.robot(jointCount: 2)) == nil)
    }
  }

  @Test func read_writtenFile_givesTheObservation() throws {
    let sample = SamplePolicy.small()
    try withPolicy(sample.file()) { policy in
      let layout = policy.contract.observation
      #expect(layout.jointCount == 2)
      #expect(layout.historyCount == 2)
      #expect(layout.gaitPeriodTicks == 40)
      #expect(
        (0..<layout.termCount).map { layout.term(at: $0) }
          == [.gravity, .jointAngles, .jointVelocities, .command, .gaitClock])
      #expect((0..<layout.termCount).map { layout.scale(at: $0) } == [1, 1, 0.05, 2, 1])
      #expect(policy.observationWidth == 24)
    }
  }

  @Test func read_writtenFile_givesProvenanceAndShapes() throws {
    let sample = SamplePolicy.small(goldenCount: 19)
    try withPolicy(sample.file()) { policy in
      #expect(policy.provenance == sample.description.provenance)
      #expect(policy.layerCount == 4)
      #expect((0..<4).map { policy.outputCount(ofLayer: $0) } == [17, 8, 5, 2])
      #expect(policy.goldenCount == 19)
    }
  }

  @Test func write_fewGoldenPairs_throws() {
    #expect(throws: PolicyFileError.invalid(.golden)) {
      try SamplePolicy.small(goldenCount: 15).file()
    }
  }

  @Test func write_weightThatIsNotFinite_throws() {
    var sample = SamplePolicy.small()
    sample.parameters[7] = .infinity
    #expect(throws: PolicyFileError.invalid(.layers)) { try sample.file() }
  }

  @Test func write_goldenActionThatOverflows_throws() {
    var sample = SamplePolicy.small()
    // The last bias: both joints of an identity layer may be as large as they like.
    sample.parameters[sample.parameters.count - 1] = .greatestFiniteMagnitude
    sample.parameters[sample.parameters.count - 3] = .greatestFiniteMagnitude
    sample.parameters[sample.parameters.count - 4] = .greatestFiniteMagnitude
    sample.parameters[sample.parameters.count - 5] = .greatestFiniteMagnitude
    #expect(throws: PolicyFileError.invalid(.golden)) { try sample.file() }
  }

  @Test func write_observationBeyondTheBound_throws() {
    var observation = ObservationLayout(jointCount: 32, historyCount: 16)
    for _ in 0..<3 { observation.append(.jointAngles, scale: 1) }
    let robot = RobotSamples.robot(jointCount: 32)
    let sample = SamplePolicy(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 0.5), observation: observation,
        commands: CommandRange(
          lower: VelocityCommand(forward: -1), upper: VelocityCommand(forward: 1))),
      layers: [LayerShape(outputCount: 32, activation: .tanh)], seed: 5)
    #expect(throws: PolicyFileError.invalid(.observation)) { try sample.file() }
  }
}
