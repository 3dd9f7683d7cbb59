internal import Foundation
internal import Loopback
internal import Settings
internal import Yams

/// Faults that a loopback injects, read from a YAML file.
enum FaultFile {
  /// One entry: its keys and their defaults.
  private struct Entry: Codable {
    var kind = ""
    /// In seconds of simulated time.
    var from = 0.0
    /// In seconds of simulated time; 0 stands for the end.
    var to = 0.0
    var chance = 1.0
    var id = 1
    var delayMilliseconds = 15.0
  }

  private static let settings: [Setting<Entry>] = [
    Setting("chance", \.chance, .from(0, to: 1), "probability for each answer"),
    Setting("id", \.id, .from(0, to: 252), "servo ID"),
    Setting("from", \.from, .from(0), unit: "s", "start, in simulated time"),
    Setting("to", \.to, "seconds after 'from', or 0", unit: "s", "end; 0 is that of the run") {
      $0.to == 0 || $0.to > $0.from
    },
    Setting("delay_milliseconds", \.delayMilliseconds, .from(0, to: 1_000), unit: "ms", "delay"),
  ]

  /// Reads a list of faults.
  ///
  /// - Throws: `SettingsError` naming the entry that is wrong.
  static func load(path: String) throws -> [LoopbackFault] {
    let text = try SettingsText.read(path: path, what: "a list of faults")
    guard let entries = try SettingsText.tree(of: text, path: path)?.sequence else {
      throw SettingsError(
        path: path, line: nil, subject: "file", found: "no list",
        expected: "'- { kind: drop, chance: 0.01 }' and such")
    }
    return try entries.enumerated().map { index, node in
      try fault(node, place: "\(path), fault \(index + 1)")
    }
  }

  private static func fault(_ node: Node, place: String) throws -> LoopbackFault {
    var tree = try ConfigurationTree(Entry())
    try tree.overlay(yaml: try Yams.serialize(node: node), source: place)
    let entry = try tree.settings(Entry.self)
    let kinds = LoopbackFault.Kind.allCases.map(\.rawValue)
    guard let kind = LoopbackFault.Kind(rawValue: entry.kind) else {
      throw SettingsError(
        path: place, line: nil, subject: "kind", found: "'\(entry.kind)'",
        expected: "one of \(kinds.joined(separator: ", "))",
        cure: nearest(to: entry.kind, among: kinds).map { "did you mean '\($0)'?" })
    }
    try settings.check(entry, in: place)
    return LoopbackFault(
      kind: kind, from: entry.from, to: entry.to == 0 ? .infinity : entry.to,
      chance: entry.chance, id: UInt8(entry.id), delayMilliseconds: entry.delayMilliseconds)
  }
}
