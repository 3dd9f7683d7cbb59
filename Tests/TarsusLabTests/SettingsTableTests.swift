import Foundation
import Settings
import Testing
import Training

@testable import tarsus_lab

/// Pages and printed configurations agree with the settings in the code.
@Suite struct SettingsTableTests {
  private static let readme =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("sim/README.md").path

  private static func text() throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: readme)), as: UTF8.self)
  }

  @Test func readme_tableOfSettings_isThatOfTheCode() throws {
    let parts = try Self.text().split(separator: "<!-- settings: begin -->\n")
    let table = try #require(parts.last?.split(separator: "<!-- settings: end -->").first)
    #expect(
      String(table) == (try SettingsTable.markdown()),
      "paste what 'tarsus-lab train --print-settings-table' prints between the marks")
  }

  @Test func descriptions_keys_areThoseOfTheConfiguration() throws {
    let keys = RunConfiguration.descriptions.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(Set(keys) == Set(try RunConfiguration.defaults(name: "spider").keys))
  }

  @Test func descriptions_meanings_arePhrases() {
    for description in RunConfiguration.descriptions {
      #expect(!description.meaning.hasSuffix(".") && !description.meaning.contains("|"))
      #expect((1...150).contains(description.meaning.count), "\(description.key)")
    }
  }

  @Test(arguments: ["spider", "walker", "Walker2d-v5"])
  func commentedText_laidOverTheDefaults_isTheSameConfiguration(task: String) throws {
    let run = try RunConfiguration(task: task, settings: ["learner.discount=0.9"])
    let text = try run.commentedText
    var tree = try RunConfiguration.defaults(name: task)
    try tree.overlay(yaml: text, source: "printed.yaml")
    #expect(try tree.settings(RunConfiguration.self) == run)
    #expect(
      text.contains(
        "  # Discount γ of the reward per tick.\n  # Range: 0 to below 1. Default: 0.98."))
    #expect(
      text.split(separator: "\n").allSatisfy {
        $0.first != " " || !$0.contains("#") || $0.count <= 100
      })
  }

  /// Rows of the table of algorithms: a name, and settings such as `learner.lambda=0.95`.
  private static func algorithms() throws -> [(name: String, settings: [String])] {
    let section = try #require(
      try text().components(separatedBy: "## Which algorithm is that?\n").last)
    return section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| ") }.dropFirst().map { row in
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let settings = cells[1].split(separator: "`").map(String.init).filter { $0.contains("=") }
        return (cells[0], settings)
      }
  }

  @Test func readme_algorithms_areSettingsThatAreTaken() throws {
    let algorithms = try Self.algorithms()
    for name in ["REINFORCE", "TD", "n-step", "GAE", "shared", "separate", "PPO"] {
      #expect(algorithms.contains { $0.name.contains(name) && !$0.settings.isEmpty }, "\(name)")
    }
    for (name, settings) in algorithms {
      for task in ["CartPole-v1", "spider"] where !settings.isEmpty {
        #expect(throws: Never.self, "\(name)") {
          try RunConfiguration(task: task, settings: settings).learner.validate()
        }
      }
    }
  }
}
