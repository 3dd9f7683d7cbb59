internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import Realtime
internal import RobotDescription
internal import RobotFiles

/// `tarsus-lab campaign`: the runtime against all faults of the loopback.
struct Campaign: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Lets the runtime walk while faults are injected, and checks the supervisor's table.",
    discussion: """
      Each run is a walk in lockstep with one or two injected faults: all kinds, singly and in pairs, on
      both bodies and over all three lines, at moments that the seed decides. It succeeds only if no goal
      was outside limits or slew, every lasting fault was found in time, and every robot came to rest in
      time. With --healthy no fault is injected, and none may be found but a fall after a push.

      Example:
        tarsus-lab campaign --runs 1000 --report campaign.md
        tarsus-lab campaign --runs 1 --first 417 --json      # one run of it once more
      """)

  @Option(help: "Number of runs.")
  var runs: Int = 1_000
  @Option(help: "Number of the first run.")
  var first: Int = 0
  @Flag(
    help:
      "Inject no fault, and push bodies drawn at random: every fault but a fall is a false alarm."
  )
  var healthy = false
  @Option(help: "Decides the moments, and with --healthy bodies and pushes.")
  var seed: UInt64 = 0
  @Option(help: "A file for a table in Markdown.")
  var report: String?
  @Flag(help: "Replace a file that --report finds in its place.")
  var force = false
  @OptionGroup var output: FigureOptions

  func validate() throws {
    if runs < 1 || first < 0 {
      throw ValidationError("--runs, --first: found \(runs), \(first), expected 1 and 0 or more")
    }
  }

  func run() throws {
    StopSignals.install()
    try Failure.reporting {
      if let report { try checkFree(report, what: "report", isReplacing: force) }
      var bodies: [String: CampaignBody] = [:]
      for name in CampaignCase.bodies { bodies[name] = try body(name) }
      var figures = CampaignFigures(seed: seed)
      let count = first + runs
      let cases =
        healthy
        ? CampaignCase.healthy(count: count, seed: seed)
        : CampaignCase.all(count: count, seed: seed)
      for one in cases.dropFirst(first) {
        if StopSignals.isStopping { break }
        guard let body = bodies[one.body] else { continue }
        let outcome: CampaignOutcome
        do {
          outcome = try one.run(body)
        } catch {
          throw Failure.report("run \(one.number): \(error)", Failure.failed)
        }
        figures.add(one, outcome)
        for violation in outcome.violations { tell("run \(one.number): \(violation)") }
        if figures.runs % 100 == 0 { tell("\(figures.runs) of \(runs) runs") }
      }
      if let report {
        try writeFile(figures.text.utf8, to: report, what: "report", isReplacing: force)
      }
      try output.print(figures)
      if figures.violations.count > 0 || figures.runs < runs { throw Failure.failed }
    }
  }

  private func tell(_ text: String) {
    note("\(text)")
  }

  /// The body with the policy that the project ships for it, which stays in memory for good.
  private func body(_ name: String) throws -> CampaignBody {
    let files = try BodyFiles(body: name)
    let path = try BodyFiles.path("sim/policies/\(name).tarsus", what: "policy of '\(name)'")
    let data = try readPolicyFile(path, byteCountMax: PolicyFile.byteCountMax)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 64)
    unsafe bytes.copyBytes(from: data)
    return CampaignBody(
      setup: try RobotFile.loadSetup(path: files.robotPath), modelPath: files.modelPath,
      policy: try unsafe PolicyFile(verifying: UnsafeRawBufferPointer(bytes)),
      command: VelocityCommand(forward: 0.15))
  }
}
