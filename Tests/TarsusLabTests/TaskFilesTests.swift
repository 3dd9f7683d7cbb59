import Foundation
import Locomotion
import SeededRandomness
import Settings
import Testing
import Training

@testable import tarsus_lab

/// The settings in `sim/tasks`: each can be trained with, and PPO can be laid over each.
@Suite struct TaskFilesTests {
  private static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("sim/tasks").path
  private static let tasks = ["spider", "walker"] + TrainingTask.publishedNames

  @Test(arguments: tasks, [nil, "ppo"])
  func task_asItIsAndAsPPO_isTaken(task: String, overlay: String?) throws {
    let files = overlay.map { ["\(Self.folder)/\($0).yaml"] } ?? []
    let run = try RunConfiguration(task: task, files: files)
    try run.learner.validate()
    try run.task?.validate()
    #expect((run.learner.clip > 0) == (overlay == "ppo"))
    #expect(run.steps > 0)
  }

  @Test func forward_overTheSpider_isTaken() throws {
    let run = try RunConfiguration(task: "spider", files: [Self.folder + "/forward.yaml"])
    try run.learner.validate()
    try run.task?.validate()
    #expect(run.task?.forwardRange == 0.15...0.15)
  }

  @Test func long_overTheAnt_isTaken() throws {
    let run = try RunConfiguration(task: "Ant-v5", files: [Self.folder + "/Ant-v5-long.yaml"])
    try run.learner.validate()
    #expect(try run.steps > RunConfiguration(task: "Ant-v5").steps)
  }

  @Test func overlay_twoThousandDamagedTaskFiles_areTakenOrRefused() throws {
    let original = try #require(FileManager.default.contents(atPath: Self.folder + "/spider.yaml"))
    let inserted = Array("*&[]{}-?:,|>'\"#%@!\n 0123456789.e".utf8)
    let tree = try ConfigurationTree(RunConfiguration(task: "spider"))
    var random = SeededRandom(seed: 22)
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = [UInt8](original)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          inserted.randomElement(using: &random) ?? 0
      }
      do {
        var damaged = tree
        try damaged.overlay(yaml: String(decoding: bytes, as: UTF8.self), source: "file.yaml")
        let run = try damaged.settings(RunConfiguration.self)
        try run.learner.validate()
        try run.task?.validate()
      } catch {
        refused += 1
      }
    }
    #expect((1..<2_000).contains(refused))
  }

  @Test(arguments: ["../spider", "/etc/passwd", "", ".", "..", "a/b", "a\u{1B}b"])
  func task_nameThatLeadsOutOfTheFolder_isRefused(name: String) {
    #expect(throws: (any Error).self) { try RunConfiguration(task: name) }
    #expect(throws: (any Error).self) { try BodyFiles(body: name) }
    #expect(throws: (any Error).self) { try BodyFiles.checkName(name, what: "body") }
  }

  @Test func files_allOfThem_areKnownHere() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    #expect(
      Set(names) == Set((Self.tasks + ["ppo", "forward", "Ant-v5-long"]).map { $0 + ".yaml" }))
  }

  @Test func publishedTask_settingsOfALeggedOne_areRefused() {
    let error = #expect(throws: SettingsError.self) {
      try RunConfiguration(task: "Walker2d-v5", settings: ["task.episode_ticks_max=500"])
    }
    #expect(error?.subject == "task" && error?.found == "an unknown key")
  }

  @Test(arguments: [false, true]) func evaluated_task_isLongAndOfOneCommand(isRandomised: Bool)
    throws
  {
    let task = try TrainingTask(name: "spider", configuration: nil)
      .map { $0.evaluated(seconds: 12, isRandomised: isRandomised) }
    let configuration = try #require(task.configuration)
    #expect(configuration.episodeTicksMax == 600)
    #expect(configuration.commandIntervalTicks == 0 && configuration.standingShare == 0)
    #expect(configuration.randomisation.isOn == isRandomised)
    #expect(configuration.randomisation.share == 1)
  }
}
