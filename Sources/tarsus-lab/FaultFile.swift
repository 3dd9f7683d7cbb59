internal import Foundation
internal import Loopback
internal import Settings
internal import Yams

/// Faults that a loopback is to inject, as a YAML file lists them.
enum FaultFile {
  /// One entry: its keys, and what they are when they are left out.
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

  /// Reads a list of faults.
  ///
  /// - Throws: ``ConfigurationError`` or ``SettingsError`` with the entry that is wrong.
  static func load(path: String) throws -> [LoopbackFault] {
    let text = try SettingsText.read(path: path, what: "a list of faults")
    let root = try SettingsText.tree(of: text, path: path)
    guard let entries = root?.sequence else {
      throw ConfigurationError(
        place: path, problem: "found no list, expected '- { kind: drop, chance: 0.01 }' and such")
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
      let hint = nearest(to: entry.kind, among: kinds).map { "; did you mean '\($0)'?" } ?? ""
      throw ConfigurationError(
        place: place,
        problem: "kind: found '\(entry.kind)', expected one of \(kinds.joined(separator: ", "))"
          + hint)
    }
    func require(_ holds: Bool, _ key: String, _ found: some Any, _ expected: String) throws {
      guard holds else {
        throw ConfigurationError(
          place: place, problem: "\(key): found \(found), expected \(expected)")
      }
    }
    try require((0...1).contains(entry.chance), "chance", entry.chance, "from 0 to 1")
    try require((0...252).contains(entry.id), "id", entry.id, "a servo's number, 0 to 252")
    try require(entry.from >= 0, "from", entry.from, "seconds from 0")
    try require(
      entry.to == 0 || entry.to > entry.from, "to", entry.to, "seconds after 'from', or 0")
    try require(
      (0...1_000).contains(entry.delayMilliseconds), "delay_milliseconds",
      entry.delayMilliseconds, "0 to 1000")
    return LoopbackFault(
      kind: kind, from: entry.from, to: entry.to == 0 ? .infinity : entry.to,
      chance: entry.chance, id: UInt8(entry.id), delayMilliseconds: entry.delayMilliseconds)
  }
}
