import Realtime
import RobotDescription
import ServoDrivers
import Testing

@testable import RobotControl

/// Refusals to arm and faults name their servo and cause.
@Suite struct NamedCauseTests {
  /// The error of arming a robot with such readings; `nil` when it is armed.
  private static func refusal(_ change: (inout BusSample) -> Void) throws -> ArmingError? {
    let script = Script()
    change(&script.sample)
    let configuration = LoopConfiguration()
    let controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: configuration, clock: .machine)
    var loop = ControlLoop(
      bus: ScriptedBus(script: script), controller: controller, robot: Pair.robot(),
      configuration: configuration)
    do throws(ArmingError) {
      try loop.arm(deadlineNanoseconds: 1)
      return nil
    } catch {
      let armed = script.takeCalls().contains { if case .arm = $0 { true } else { false } }
      #expect(!armed, "torque stays off")
      return error
    }
  }

  @Test func arm_servoInError_namesServoAndCause() throws {
    let error = try Self.refusal {
      $0.hasServoError = true
      $0.servoErrors[1] = ServoErrors(rawValue: 1 << 5)
    }
    #expect(
      error == .servoError(servo: ServoName(id: 2, joint: "right_knee"), errors: .overload))
    #expect(
      error?.description.contains("servo 2 (right_knee) reports an error of its own: overload")
        == true)
    #expect(error?.isRefusal == true)
  }

  @Test func arm_servoInErrorThatIsNotNamed_saysHowToFindIt() throws {
    let error = try Self.refusal { $0.hasServoError = true }
    #expect(error == .servoError(servo: nil, errors: .none))
    #expect(error?.description.contains("servo monitor") == true)
  }

  @Test func arm_hotServo_namesIt() throws {
    let error = try Self.refusal {
      $0.hottestServoCelsius = 70
      $0.servoCelsius[0] = 40
      $0.servoCelsius[1] = 70
    }
    #expect(
      error
        == .servoHot(servo: ServoName(id: 2, joint: "right_knee"), celsius: 70, most: 65))
  }

  @Test func arm_upsideDown_saysSo() throws {
    let error = try Self.refusal { $0.robot.gravity = SIMD3(0, 0, 1) }
    #expect(error?.description.contains("upside down") == true)
    let tilted = try Self.refusal { $0.robot.gravity = SIMD3(1, 0, 0) }
    #expect(tilted?.description.contains("upside down") == false)
    #expect(tilted?.description.contains("tilted by 90.0 degrees") == true)
  }

  @Test func arm_oneServoSilent_namesIt() throws {
    let error = try Self.refusal { $0.jointAges[1] = 1 }
    #expect(error == .servosSilent(servos: [ServoName(id: 2, joint: "right_knee")]))
    #expect(error?.isRefusal == false)
  }

  // MARK: Faults

  /// The fault of a running robot after many such samples.
  private static func reason(_ change: (inout BusSample) -> Void) throws -> String? {
    var controller = try Controller(
      robot: Pair.robot(), policy: Pair.still, configuration: LoopConfiguration(),
      clock: .machine)
    controller.arm(from: Pair.sample())
    for tick in 0..<(Pair.standUpTicks + Pair.settleTicks + 100) {
      // Its joints go where they are sent, and its IMU lives.
      var sample = Pair.sample(controller.targets[0], controller.targets[1])
      sample.robot.gyro.x = Float(tick % 7) * 0.001
      if tick >= Pair.standUpTicks + Pair.settleTicks { change(&sample) }
      controller.follow(VelocityCommand())
      _ = controller.step(.fresh, sample)
    }
    return controller.faultReason
  }

  @Test func fault_servoInError_namesServoAndCause() throws {
    let reason = try Self.reason {
      $0.hasServoError = true
      $0.servoErrors[1] = ServoErrors(rawValue: 1 << 5)
    }
    #expect(reason?.hasSuffix(": servo 2 (right_knee): overload") == true)
  }

  @Test func fault_servoHot_namesServoAndTemperature() throws {
    let reason = try Self.reason {
      $0.hottestServoCelsius = 70
      $0.servoCelsius[1] = 70
    }
    #expect(reason?.hasSuffix(": servo 2 (right_knee): 70 degrees Celsius") == true)
  }

  @Test func fault_jointSilentOrImplausible_namesIt() throws {
    let silent = try Self.reason { $0.jointAges[1] = 9 }
    #expect(silent?.hasSuffix(": servo 2 (right_knee)") == true)
    let fast = try Self.reason { $0.robot.jointVelocities[1] = 1_000 }
    #expect(fast?.hasPrefix("a joint seemed to turn faster") == true)
    #expect(fast?.hasSuffix(": servo 2 (right_knee)") == true)
  }

  @Test func fault_jointBlocked_namesIt() throws {
    let blocked = try Self.reason { $0.robot.jointAngles[1] = Pair.standing + 1 }
    #expect(blocked?.hasPrefix("a joint stayed away from its target") == true)
    #expect(blocked?.hasSuffix(": servo 2 (right_knee)") == true)
  }

  @Test func fault_torqueLost_namesTheJointUnlessAllLostIt() throws {
    let one = try Self.reason {
      $0.isTorqueOn = false
      $0.isLimp[1] = true
    }
    #expect(one == "\(Fault.torqueLost): servo 2 (right_knee)")
    let all = try Self.reason {
      $0.isTorqueOn = false
      $0.isLimp[0] = true
      $0.isLimp[1] = true
    }
    #expect(all == Fault.torqueLost.description)
  }

  @Test func fault_ofTheWholeRobot_namesNobody() throws {
    let reason = try Self.reason { $0.supplyMillivolts = 0 }
    #expect(reason == Fault.supplyLow.description)
  }
}
