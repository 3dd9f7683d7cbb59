internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Locomotion

/// `tarsus-lab steps`: lets another program step a published task.
struct Steps: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Steps a published task under control of another program, to compare simulators.",
    discussion: """
      Reads lines of JSON and answers each with one: {"qpos": […], "qvel": […]} starts an episode in
      that state and gives its observation; {"action": […]} makes a step and gives observation,
      reward, terminated and truncated. Numbers are doubles with all their digits. Actions are not
      clipped, and a finished episode continues until the next state.

      Example:
        echo '{"qpos": [0, 0.01], "qvel": [0, 0]}
        {"action": [1]}' | tarsus-lab steps CartPole-v1
      """)

  @Argument(help: "Walker2d-v5, Ant-v5 or CartPole-v1.")
  var task: String

  func run() throws {
    try Failure.reporting {
      let published = try TrainingTask(published: task)
      guard let stepwise = try published.makeStepwise() else {
        preconditionFailure("published tasks can be stepped by another program")
      }
      var number = 0
      while let line = readLine() {
        number += 1
        try Report.print(answer(line, number: number, stepwise))
      }
    }
  }

  private func answer(
    _ line: String, number: Int, _ environments: any StepwiseEnvironments
  ) throws -> String {
    let request = try? JSONDecoder().decode(Request.self, from: Data(line.utf8))
    if let positions = request?.qpos, positions.count == environments.positionCount,
      let velocities = request?.qvel, velocities.count == environments.velocityCount
    {
      let observation = environments.start(positions: positions, velocities: velocities)
      return "{\"observation\":\(text(observation))}"
    }
    if let action = request?.action, action.count == environments.actionSpace.width {
      let step = try environments.step(action: action)
      return "{\"observation\":\(text(step.observation)),\"reward\":\(text(step.reward)),"
        + "\"terminated\":\(step.isTerminated),\"truncated\":\(step.isTruncated)}"
    }
    throw Failure.report(
      "line \(number): found '\(line.prefix(60))', expected {\"qpos\": […], \"qvel\": […]} with "
        + "\(environments.positionCount) and \(environments.velocityCount) numbers, or "
        + "{\"action\": […]} with \(environments.actionSpace.width)", Failure.wrongUse)
  }

  /// A number as JSON with all its digits; `null` for numbers that are not finite.
  private func text(_ value: Double) -> String { value.isFinite ? value.description : "null" }

  private func text(_ values: [Double]) -> String {
    "[" + values.map { text($0) }.joined(separator: ",") + "]"
  }

  private struct Request: Decodable {
    let qpos: [Double]?
    let qvel: [Double]?
    let action: [Double]?
  }
}
