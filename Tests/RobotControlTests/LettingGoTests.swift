import Realtime
@testable import RobotControl
import RobotDescription
import ServoDrivers
import Testing

/// A robot that was told to let go may have done so: nothing switches it on again.
@Suite struct LettingGoTests {
  private func standingController() throws -> Controller {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    controller.arm(from: Pair.sample())
    return controller
  }

  private func isLetGo(_ intent: Controller.Intent) -> Bool {
    if case .letGo = intent { true } else { false }
  }

  @Test func step_heardAgainAfterLettingGo_goesOnLettingGo() throws {
    var controller = try standingController()
    // Unheard until it is told to let go: four ticks to the fault, and more than a second.
    var ticks = 0
    while !isLetGo(controller.step(.missed(.robotSilent), Pair.sample())) && ticks < 100 {
      ticks += 1
    }
    #expect(ticks > 50 && ticks < 60)
    var holding = Pair.sample()
    holding.hasWatchdogTripped = true
    #expect(isLetGo(controller.step(.fresh, holding)))
    #expect(isLetGo(controller.step(.fresh, Pair.sample())))
    #expect(controller.fault == .robotSilent)
  }

  @Test func step_fallsAndIsUnheardThen_isNotToldToHold() throws {
    var controller = try standingController()
    var tilted = Pair.sample()
    tilted.robot.gravity = SIMD3(0, 1, 0)
    #expect(!isLetGo(controller.step(.fresh, tilted)))
    #expect(isLetGo(controller.step(.fresh, tilted)))
    #expect(isLetGo(controller.step(.missed(.robotSilent), Pair.sample())))
    #expect(isLetGo(controller.step(.fresh, Pair.sample())))
  }

  @Test func letGo_failsAndAWatchdogHolds_isToldToLetGoAgain() throws {
    let script = Script()
    var loop = ControlLoop(
      bus: ScriptedBus(script: script), controller: try standingController(), robot: Pair.robot(),
      configuration: LoopConfiguration())
    script.disarmError = .silent
    loop.letGo(at: 0)
    script.sample.hasWatchdogTripped = true
    _ = script.takeCalls()
    loop.step(at: 0)
    #expect(
      script.takeCalls() == [
        .read(deadlineNanoseconds: 10_000_000), .disarm(deadlineNanoseconds: 20_000_000),
      ])
    #expect(loop.failedLetGos == 2)
  }
}
