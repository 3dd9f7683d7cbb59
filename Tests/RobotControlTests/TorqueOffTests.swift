import Realtime
@testable import RobotControl
import RobotDescription
import ServoDrivers
import Testing

/// After torque off was ordered, nothing switches torque on again.
@Suite struct TorqueOffTests {
  private func standingController() throws -> Controller {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(), clock: .machine)
    controller.arm(from: Pair.sample())
    return controller
  }

  private func isTorqueOff(_ intent: Controller.Intent) -> Bool {
    if case .torqueOff = intent { true } else { false }
  }

  @Test func step_answeringAgainAfterTorqueOff_keepsTorqueOff() throws {
    var controller = try standingController()
    // Silent until torque off is ordered: four ticks to the fault, and more than a second.
    var ticks = 0
    while !isTorqueOff(controller.step(.missed(.robotSilent), Pair.sample())) && ticks < 100 {
      ticks += 1
    }
    #expect(ticks > 50 && ticks < 60)
    var holding = Pair.sample()
    holding.hasWatchdogTripped = true
    #expect(isTorqueOff(controller.step(.fresh, holding)))
    #expect(isTorqueOff(controller.step(.fresh, Pair.sample())))
    #expect(controller.fault == .robotSilent)
  }

  @Test func step_fallsAndIsUnheardThen_isNotToldToHold() throws {
    var controller = try standingController()
    var tilted = Pair.sample()
    tilted.robot.gravity = SIMD3(0, 1, 0)
    #expect(!isTorqueOff(controller.step(.fresh, tilted)))
    #expect(isTorqueOff(controller.step(.fresh, tilted)))
    #expect(isTorqueOff(controller.step(.missed(.robotSilent), Pair.sample())))
    #expect(isTorqueOff(controller.step(.fresh, Pair.sample())))
  }

  @Test func switchTorqueOff_failsAndAWatchdogHolds_isToldToSwitchTorqueOffAgain() throws {
    let script = Script()
    var loop = ControlLoop(
      bus: ScriptedBus(script: script), controller: try standingController(), robot: Pair.robot(),
      configuration: LoopConfiguration())
    script.disarmError = .silent
    loop.switchTorqueOff(at: 0)
    script.sample.hasWatchdogTripped = true
    _ = script.takeCalls()
    loop.step(at: 0)
    #expect(
      script.takeCalls() == [
        .read(deadlineNanoseconds: 10_000_000), .disarm(deadlineNanoseconds: 20_000_000),
      ])
    #expect(loop.failedTorqueOffs == 2)
  }
}
