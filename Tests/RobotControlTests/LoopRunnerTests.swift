import RobotDescription
import Realtime
import ServoDrivers
import Testing

@testable import RobotControl

/// The one runner, paced by a manual clock and in lockstep.
@Suite struct LoopRunnerTests {
  private let script = Script()
  private let clock = ManualClock(nanoseconds: 1_000)

  private func runner(
    _ pace: LoopPace, status: LoopStatusTap? = nil
  ) throws -> LoopRunner<ScriptedBus> {
    let configuration = LoopConfiguration()
    let loop = ControlLoop(
      bus: ScriptedBus(script: script),
      controller: try Controller(
        robot: Pair.robot(), policy: Pair.obedient, configuration: configuration,
        clock: clock.clock),
      robot: Pair.robot(), configuration: configuration)
    var runner = LoopRunner(
      loop: loop, periodNanoseconds: 20_000_000, pace: pace, status: status)
    try runner.arm(deadlineNanoseconds: 1)
    return runner
  }

  /// Stands up, walks for half a second and sits down; how many ticks that took.
  private func walk(_ runner: inout LoopRunner<ScriptedBus>) -> Int {
    var ticks = 0
    while !runner.isOver, ticks < 1_000 {
      runner.wait()
      runner.tick(LoopOrders(command: VelocityCommand(forward: 0.05), mustSit: ticks >= 125))
      ticks += 1
    }
    return ticks
  }

  @Test func walk_pacedOrInLockstep_isTheSame() throws {
    var paced = try runner(.clock(clock.clock))
    let ticks = walk(&paced)
    #expect(paced.loop.isTorqueOff && paced.loop.controller.fault == nil)
    #expect(paced.schedule.missedDeadlines == 0)
    // As long as it took on its clock.
    #expect(clock.clock.nowNanoseconds == 1_000 + UInt64(ticks) * 20_000_000)
    var stepped = try runner(.lockstep)
    let others = walk(&stepped)
    #expect(others == ticks)
    #expect(stepped.loop.controller.statistics == paced.loop.controller.statistics)
  }

  @Test func tick_clockThatRanOn_missesDeadlines() throws {
    var runner = try runner(.clock(clock.clock))
    runner.wait()
    clock.advance(nanoseconds: 50_000_000)
    runner.tick(LoopOrders(command: VelocityCommand()))
    #expect(runner.schedule.missedDeadlines == 2)
    #expect(runner.schedule.lateness.maxNanoseconds == 50_000_000)
    // The next one judges them: two in a row are no fault, three are.
    runner.wait()
    clock.advance(nanoseconds: 70_000_000)
    runner.tick(LoopOrders(command: VelocityCommand()))
    #expect(runner.loop.controller.fault == nil)
    runner.wait()
    runner.tick(LoopOrders(command: VelocityCommand()))
    #expect(runner.loop.controller.fault == .deadlinesMissed)
  }

  @Test func switchTorqueOff_torqueThatStaysOn_isTriedFiveTimes() throws {
    var runner = try runner(.lockstep)
    _ = script.takeCalls()
    script.disarmError = .silent
    runner.switchTorqueOff()
    #expect(script.takeCalls().count == 5)
    let isTorqueOff = runner.loop.isTorqueOff
    #expect(!isTorqueOff)
  }

  @Test func status_afterTicks_isTheNewestOnce() throws {
    let board = LoopStatusBoard()
    var runner = try runner(.lockstep, status: board.tap)
    #expect(!hasNews(board))
    for _ in 0..<105 {
      runner.wait()
      runner.tick(LoopOrders(command: VelocityCommand(forward: 1)))
    }
    let status = board.takeNewest()
    #expect(status?.ticks == 105)
    #expect(status?.state == .running)
    #expect(status?.supplyMillivolts == 5_000)
    #expect(abs((status?.command.forward ?? 0) - 0.05) < 1e-6)
    #expect(!hasNews(board))
  }

  private func hasNews(_ board: LoopStatusBoard) -> Bool {
    if case .some = board.takeNewest() { true } else { false }
  }
}
