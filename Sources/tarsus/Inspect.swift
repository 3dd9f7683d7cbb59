internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import RobotDescription
internal import RobotFiles

/// `tarsus inspect`: shows the contents of a policy file.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the contract, the origin and the evaluation of a policy.",
    discussion: """
      With --robot it also checks whether the policy may run on that robot: if they differ, it
      prints a table of both sides and ends with 3.

      Example:
        tarsus inspect sim/policies/spider.tarsus --robot sim/robots/spider.yaml
      """)

  @Argument(help: "A policy file, made by 'tarsus-lab freeze'.")
  var policy: String
  @Option(help: "A robot's servo map to compare with.")
  var robot: String?
  @OptionGroup var output: FigureOptions

  func run() throws {
    try Policy.with(path: policy) { policy in
      try output.print(PolicyReport(policy))
      guard let robot else { return }
      try Policy.refuse(policy.contract, differingFrom: Failure.loadSetup(robot).robot)
      note("policy and robot agree: \(robot)")
    }
  }
}

/// The contents of a policy file, as `inspect` prints them.
private struct PolicyReport: Figures {
  let byteCount: Int
  let formatVersion: UInt32
  let body: String
  let controlRateHertz: Double
  let observation: [Term]
  let historyCount: Int
  let gaitPeriodTicks: UInt16
  let commands: Commands
  let layers: [Layer]
  let goldenPairs: Int
  let joints: [Joint]
  let task: String
  let seed: UInt64
  let steps: UInt64
  let commit: String
  let episodes: UInt32
  let falls: UInt32
  let returnMean: Float
  let returnDeviation: Float

  struct Term: Encodable {
    let name: String
    let width: Int
    let scale: Float
  }

  /// Lower and upper bound of each command, in metres and radians per second.
  struct Commands: Encodable {
    let forward: [Float]
    let left: [Float]
    let yawRate: [Float]

    init(_ range: CommandRange) {
      forward = [range.lower.forward, range.upper.forward]
      left = [range.lower.left, range.upper.left]
      yawRate = [range.lower.yawRate, range.upper.yawRate]
    }

    var text: String {
      "forward \(forward[0]) to \(forward[1]) m/s, left \(left[0]) to \(left[1]) m/s, "
        + "turn \(yawRate[0]) to \(yawRate[1]) rad/s"
    }
  }

  struct Layer: Encodable {
    let width: Int
    let activation: String
  }

  struct Joint: Encodable {
    let name: String
    let standingRadians: Float
    let lowerLimitRadians: Float
    let upperLimitRadians: Float
    let slewRadiansPerTick: Float
    let actionScaleRadians: Float
    let positionGain: UInt16
  }

  init(_ policy: PolicyFile) {
    let (contract, provenance) = (policy.contract, policy.provenance)
    byteCount = policy.byteCount
    formatVersion = PolicyFile.formatVersion
    body = contract.body.description
    controlRateHertz = 1e6 / Double(contract.controlPeriodMicroseconds)
    let layout = contract.observation
    observation = (0..<layout.termCount).map { index in
      let term = layout.term(at: index)
      return Term(
        name: "\(term)", width: term.width(jointCount: contract.jointCount),
        scale: layout.scale(at: index))
    }
    historyCount = layout.historyCount
    gaitPeriodTicks = layout.gaitPeriodTicks
    commands = Commands(contract.commands)
    layers = (0..<policy.layerCount).map {
      Layer(width: policy.outputCount(ofLayer: $0), activation: "\(policy.activation(ofLayer: $0))")
    }
    goldenPairs = policy.goldenCount
    let actions = contract.actions
    joints = (0..<contract.jointCount).map {
      Joint(
        name: contract.jointNames[$0].description, standingRadians: actions.defaultPose[$0],
        lowerLimitRadians: actions.lowerLimits[$0], upperLimitRadians: actions.upperLimits[$0],
        slewRadiansPerTick: actions.slewMaxRadians[$0], actionScaleRadians: actions.scale[$0],
        positionGain: contract.positionGains[$0])
    }
    task = provenance.task.description
    seed = provenance.seed
    steps = provenance.steps
    commit = provenance.commit.description
    episodes = provenance.episodes
    falls = provenance.falls
    returnMean = provenance.returnMean
    returnDeviation = provenance.returnStandardDeviation
  }

  var text: String {
    let frame = observation.map { "\($0.name) (\($0.width)) × \($0.scale)" }
    let width = historyCount * observation.map(\.width).reduce(0, +)
    let network = layers.map { "\($0.width) \($0.activation)" }
    let table = Table(
      rows: [["joint", "standing", "lower", "upper", "slew/tick", "scale", "gain"]]
        + joints.map { joint in
          [joint.name]
            + [
              joint.standingRadians, joint.lowerLimitRadians, joint.upperLimitRadians,
              joint.slewRadiansPerTick, joint.actionScaleRadians,
            ].map { String(format: "%.3f", $0) } + ["\(joint.positionGain)"]
        })
    var lines = [
      "\(body) at \(String(format: "%g", controlRateHertz)) Hz; format \(formatVersion), "
        + "\(byteCount) bytes, \(goldenPairs) golden pairs recomputed",
      "task \(task), seed \(seed), \(steps) steps, commit \(commit.isEmpty ? "unknown" : commit)",
      episodes == 0
        ? "not evaluated"
        : String(
          format: "%d episodes: return %.1f ± %.1f, %d falls", episodes, returnMean,
          returnDeviation, falls),
      "observation: \(frame.joined(separator: ", ")); the last "
        + (historyCount == 1 ? "frame" : "\(historyCount) frames"),
    ]
    lines.append("commands: \(commands.text)")
    if gaitPeriodTicks > 0 { lines.append("gait clock: \(gaitPeriodTicks) ticks a round") }
    lines.append("network: \((["\(width)"] + network).joined(separator: " → "))")
    lines.append("angles in radians, gain as in the servo's register:")
    return (lines + ["\(table)"]).joined(separator: "\n")
  }
}
