internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import Realtime
internal import RobotDescription
internal import RobotFiles

/// `tarsus-lab campaign`: tries the runtime with all injected faults of the loopback.
struct Campaign: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Lets the runtime walk while faults are injected, and checks the supervisor's reactions.",
    discussion: """
      Each run is a walk in lockstep with one or two injected faults: all kinds, singly and in
      pairs, on both bodies and over all three lines, at random moments. It succeeds if no goal was
      outside limits or slew, every lasting fault was detected in time, and every robot came to rest
      in time. With --healthy no fault is injected, and no fault but a fall after a push is allowed.

      Example:
        tarsus-lab campaign --runs 1000 --report campaign.md
        tarsus-lab campaign --runs 1 --first 417 --json      # repeats one run
      """)

  @Option(help: "Number of runs.")
  var runs: Int = 1_000
  @Option(help: "Number of the first run.")
  var first: Int = 0
  @Flag(
    help:
      "Inject no fault, and push random bodies: every fault but a fall is a false alarm."
  )
  var healthy = false
  @Option(help: "Seed of the moments, and with --healthy of bodies and pushes.")
  var seed: UInt64 = 0
  @Option(help: "File for a table in Markdown.")
  var report: String?
  @Flag(help: "Replace an existing report.")
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
      let makeCases = healthy ? CampaignCase.healthy : CampaignCase.withFaults
      for one in makeCases(first + runs, seed).dropFirst(first) {
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

  /// Reads a body and the project's policy for it, whose bytes are never freed.
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
