import Foundation
import Physics
import RobotDescription
import Testing

@testable import Locomotion

/// Each term against the spider's file with the drawn values written into it.
@Suite struct RandomisedBodyTests {
  /// A term, and the function that writes its drawn values into the text of the model.
  struct Term: Sendable, CustomTestStringConvertible {
    let name: String
    fileprivate let range: @Sendable (inout RandomisationConfiguration) -> Void
    fileprivate let write: @Sendable (inout String, Drawn) -> Void
    var testDescription: String { name }
  }

  /// Values drawn for the only simulation.
  fileprivate struct Drawn {
    let variation: EpisodeVariation

    /// The factor of a joint, of the `kind`-th term that joints have for themselves.
    func item(_ kind: Int, _ joint: Int) -> Double {
      Double(variation.itemFactors[kind * 12 + joint])
    }
  }

  private static let joints = ["front_left", "rear_left", "rear_right", "front_right"].flatMap {
    leg in ["coxa", "femur", "tibia"].map { "\(leg)_\($0)" }
  }

  /// Adds an attribute to the element that begins with `start`.
  private static func add(_ attribute: String, after start: String, to text: inout String) {
    text = text.replacingOccurrences(of: start, with: "\(start) \(attribute)")
  }

  static let terms = [
    Term(
      name: "friction", range: { $0.floorFriction = 0.2...0.5 },
      write: { text, drawn in
        text = text.replacingOccurrences(
          of: #"friction="0.9""#, with: #"friction="\#(drawn.variation.friction)""#)
      }),
    Term(
      name: "torso mass", range: { $0.torsoMassFactor = 1.3...1.6 },
      write: { text, drawn in
        let mass = 0.55 * Double(drawn.variation.massFactors[1])
        text = text.replacingOccurrences(of: #"mass="0.55""#, with: #"mass="\#(mass)""#)
      }),
    Term(
      // All alike within a millionth, since a part's shapes have a mass each.
      name: "part masses", range: { $0.partMassFactor = 1.5...1.500001 },
      write: { text, _ in
        for mass in [0.045, 0.04, 0.022, 0.001, 0.003] {
          text = text.replacingOccurrences(
            of: #"mass="\#(mass)""#, with: #"mass="\#(mass * 1.5)""#)
        }
      }),
    Term(
      name: "centre of mass", range: { $0.centreOfMassMetres = 0.01...0.03 },
      write: { text, drawn in
        let place = (0..<3).map { "\(drawn.variation.centreOfMass[$0])" }
        // A box of 0.1 × 0.1 × 0.04 m: m (b² + c²)/12.
        let inertia = [0.0116, 0.0116, 0.02].map { "\(0.55 * $0 / 12)" }
        add(
          #"/><inertial mass="0.55" pos="\#(place.joined(separator: " "))" "#
            + #"diaginertia="\#(inertia.joined(separator: " "))""#,
          after: #"<freejoint name="root""#, to: &text)
      }),
    Term(
      name: "servo gain", range: { $0.servoGainFactor = 0.5...0.8 },
      write: { text, drawn in
        for (index, joint) in joints.enumerated() {
          add(
            #"kp="\#(2.216 * drawn.item(0, index))""#, after: #"<position name="\#(joint)""#,
            to: &text)
        }
      }),
    Term(
      name: "joint damping", range: { $0.jointDampingFactor = 1.5...2 },
      write: { text, drawn in
        for (index, joint) in joints.enumerated() {
          add(
            #"damping="\#(0.0409 * drawn.item(1, index))""#,
            after: #"<joint name="\#(joint)""#, to: &text)
        }
      }),
    Term(
      name: "joint armature", range: { $0.jointArmatureFactor = 1.5...2 },
      write: { text, drawn in
        for (index, joint) in joints.enumerated() {
          add(
            #"armature="\#(0.00181 * drawn.item(2, index))""#,
            after: #"<joint name="\#(joint)""#, to: &text)
        }
      }),
    Term(
      name: "joint friction loss", range: { $0.jointFrictionLossFactor = 2...4 },
      write: { text, drawn in
        for (index, joint) in joints.enumerated() {
          add(
            #"frictionloss="\#(0.0128 * drawn.item(3, index))""#,
            after: #"<joint name="\#(joint)""#, to: &text)
        }
      }),
    Term(
      name: "torque limit", range: { $0.torqueLimitFactor = 0.2...0.4 },
      write: { text, drawn in
        let torque = 0.481 * Double(drawn.variation.torqueLimitFactor)
        text = text.replacingOccurrences(of: "-0.481 0.481", with: "\(-torque) \(torque)")
      }),
  ]

  private static func angles(_ environments: LeggedEnvironments) throws -> [Float] {
    try Randomised.run(environments, ticks: 10) { _ in }
    let position = environments.batch.position(of: 0)
    return Reading(truthOf: environments, 0).jointAngles + (0..<3).map { Float(position[$0]) }
  }

  @Test(arguments: terms) func term_alone_isTheBodyWithTheDrawnValuesWrittenIn(term: Term) throws {
    let environments = try Randomised.environments(.only(term.range), count: 1)
    let found = try Self.angles(environments)
    let variation = try environments.variation(of: 0)
    var text = try String(contentsOfFile: Spider.bodyPath, encoding: .utf8)
    let nominal = text
    term.write(&text, Drawn(variation: variation))
    #expect(text != nominal)
    let expected = try Spider.withModel(text) { path in
      try Self.angles(
        try Randomised.environments(RandomisationConfiguration(), count: 1, modelPath: path))
    }
    let plain = try Self.angles(
      try Randomised.environments(RandomisationConfiguration(), count: 1))
    #expect(distance(found, expected) < 1e-4)
    #expect(distance(expected, plain) > 1e-3)
  }

  @Test func draw_manyEpisodes_everyValueLiesInItsRange() throws {
    let configuration = RandomisationConfiguration.everything
    let environments = try Randomised.environments(configuration, count: 64)
    let variations = try (0..<64).map { try environments.variation(of: $0) }
    let ranges: [((EpisodeVariation) -> [Float], ClosedRange<Float>)] = [
      ({ [$0.friction] }, configuration.floorFriction),
      ({ $0.massFactors }, configuration.partMassFactor),
      (
        { variation in (0..<3).map { variation.centreOfMass[$0] } },
        configuration.centreOfMassMetres
      ),
      ({ Array($0.itemFactors[..<12]) }, configuration.servoGainFactor),
      ({ Array($0.itemFactors[12...]) }, configuration.jointDampingFactor),
      ({ [$0.torqueLimitFactor] }, configuration.torqueLimitFactor),
    ]
    for (numbers, range) in ranges {
      for column in numbers(variations[0]).indices {
        let drawn = variations.map { numbers($0)[column] }
        #expect(drawn.allSatisfy { range.contains($0) })
        // Of 64 draws, some lie in each outer quarter of the range.
        let quarter = (range.upperBound - range.lowerBound) / 4
        #expect(drawn.contains { $0 < range.lowerBound + quarter })
        #expect(drawn.contains { $0 > range.upperBound - quarter })
      }
    }
  }
}
