internal import CommandSupport
internal import Foundation
internal import Loopback
internal import RobotControl
internal import RobotFiles

/// Results of a campaign.
struct CampaignFigures: Figures {
  /// Results of the runs with one kind of injected fault, alone or with another.
  struct Kind: Encodable {
    var runs = 0
    /// Runs that walked to their end.
    var survived = 0
    /// Runs in which the robot was not armed, and never moved.
    var notArmed = 0
    /// Runs by the code of the supervisor's fault that ended them.
    var byFault: [String: Int] = [:]
    var ticksToRestMax = 0
  }

  /// A run with a wrong reaction of the supervisor.
  struct Violation: Encodable {
    let run: Int
    let body: String
    let line: String
    let faults: [String]
    let sentence: String
  }

  let seed: UInt64
  private(set) var runs = 0
  private(set) var goalsOutside = 0
  /// Runs without an injected fault.
  private(set) var healthyRuns = 0
  /// Runs without an injected fault in which a push threw the body over.
  private(set) var healthyFalls = 0
  private(set) var byKind: [String: Kind] = [:]
  private(set) var violations: [Violation] = []

  init(seed: UInt64) { self.seed = seed }

  mutating func add(_ one: CampaignCase, _ outcome: CampaignOutcome) {
    runs += 1
    goalsOutside += outcome.goalsOutside
    healthyRuns += one.faults.isEmpty ? 1 : 0
    healthyFalls += outcome.hasFallen ? 1 : 0
    for fault in one.faults {
      var kind = byKind[fault.kind.rawValue] ?? Kind()
      kind.runs += 1
      if !outcome.hasArmed {
        kind.notArmed += 1
      } else if let found = outcome.fault {
        kind.byFault["\(found.rawValue)", default: 0] += 1
      } else {
        kind.survived += 1
      }
      kind.ticksToRestMax = max(kind.ticksToRestMax, outcome.ticksToTheEnd)
      byKind[fault.kind.rawValue] = kind
    }
    violations += outcome.violations.map {
      Violation(
        run: one.number, body: one.body, line: one.line.rawValue,
        faults: one.faults.map { fault in
          String(
            format: "%@ %.2f-%.2f s, chance %.2f, servo %d", fault.kind.rawValue, fault.from,
            fault.to, fault.chance, Int(fault.id))
        }, sentence: $0)
    }
  }

  /// A table of the kinds in Markdown, and the list of violations.
  var text: String {
    var lines = [
      "# \(runs) runs, seed \(seed): \(violations.count) violations, \(goalsOutside) goals outside "
        + "limits or slew", "",
      "\(healthyRuns) of them without an injected fault, on random bodies with pushes; "
        + "\(healthyFalls) of these fell", "",
      "| injected fault | runs | walked to the end | not armed | ended in fault (runs) "
        + "| ticks to rest, at most |",
      "|---|---|---|---|---|---|",
    ]
    for (name, kind) in byKind.sorted(by: { $0.key < $1.key }) {
      let faults = kind.byFault.sorted { Int($0.key) ?? 0 < Int($1.key) ?? 0 }
        .map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
      lines.append(
        "| \(name) | \(kind.runs) | \(kind.survived) | \(kind.notArmed) | \(faults) | "
          + "\(kind.ticksToRestMax) |")
    }
    for violation in violations {
      lines.append(
        "\nrun \(violation.run), \(violation.body) on \(violation.line), "
          + "\(violation.faults.joined(separator: "; ")): \(violation.sentence)")
    }
    return lines.joined(separator: "\n")
  }
}
