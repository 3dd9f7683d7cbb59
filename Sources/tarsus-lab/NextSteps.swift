internal import Locomotion

/// Commands that use a trained run, with its own paths.
struct NextSteps {
  let folder: String
  let task: TrainingTask

  var text: String {
    var commands = [
      "replay \(quoted(folder)) --html \(quoted(folder + "/walk.html"))   # watch it in a browser",
      "evaluate \(quoted(folder)) --episodes 100   # measure it",
    ]
    if case .legged = task {
      commands.append(
        "freeze \(quoted(folder)) --out \(quoted("\(folder)/\(task.name).tarsus"))"
          + "   # the policy file for the robot")
    }
    return "next:\n" + commands.map { "  tarsus-lab \($0)" }.joined(separator: "\n")
  }

  /// A path as a shell takes it.
  private func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0))
    }
    return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}
