public import RobotDescription

/// What the simulations are asked for.
extension LeggedEnvironments {
  /// What a simulation is asked for.
  public func command(of index: Int) -> VelocityCommand { episodes[index].command }

  /// Asks every simulation for one velocity until its episode ends, from its next observation on;
  /// an episode that has not begun to move observes it at once.
  public func command(_ command: VelocityCommand) {
    for index in 0..<count {
      change(index, to: command)
      episodes[index].commandTicksLeft = 0
      if episodes[index].clockTicks == 0 { build(index, into: observations) }
    }
  }

  /// A command of the task's ranges, or to stand still.
  func drawCommand(from random: inout RandomSource) -> VelocityCommand {
    let configuration = task.configuration
    let command = VelocityCommand(
      forward: random.uniform(in: configuration.forwardRange),
      left: random.uniform(in: configuration.leftRange),
      yawRate: random.uniform(in: configuration.yawRateRange))
    return random.uniform() < configuration.standingShare ? VelocityCommand() : command
  }

  /// Draws another command once the one in force has had its time.
  func drawCommandWhenDue(_ index: Int) {
    guard episodes[index].commandTicksLeft > 0 else { return }
    episodes[index].commandTicksLeft -= 1
    guard episodes[index].commandTicksLeft == 0 else { return }
    var random = episodes[index].random
    change(index, to: drawCommand(from: &random))
    episodes[index].random = random
    episodes[index].commandTicksLeft = task.configuration.commandIntervalTicks
  }

  private func change(_ index: Int, to command: VelocityCommand) {
    guard command != episodes[index].command else { return }
    endAverage(index)
    episodes[index].averaging = VelocityAverage()
    episodes[index].command = command
  }
}
