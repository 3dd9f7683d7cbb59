import Realtime
import RobotDescription
import ServoDrivers
import Testing

@testable import RobotControl

/// Reasons not to arm a robot, which then does not move.
@Suite struct ArmingTests {
  private let script = Script()

  private func refusal(_ change: (inout BusSample) -> Void) throws -> ArmingError? {
    script.followsTargets = false
    change(&script.sample)
    let configuration = LoopConfiguration()
    var loop = ControlLoop(
      bus: ScriptedBus(script: script),
      controller: try Controller(
        robot: Pair.robot(), policy: Pair.still, configuration: configuration, clock: .machine),
      robot: Pair.robot(), configuration: configuration)
    do {
      try loop.arm(deadlineNanoseconds: 7)
    } catch {
      let isRead = script.takeCalls().allSatisfy { $0 == .read(deadlineNanoseconds: 7) }
      #expect(isRead, "the robot was switched on")
      #expect(loop.controller.state == .disarmed)
      return error
    }
    return nil
  }

  @Test(arguments: [Float(47), -12.5, 1.86, -1.36, 6.4])
  func pose_beyondLimitsAndMargin_isRefusedNamingTheJoint(radians: Float) throws {
    let error = try refusal { $0.robot.jointAngles[1] = radians }
    #expect(
      error
        == .poseOutside(
          joint: Label("right_knee"), radians: radians, lower: Pair.lowerLimit,
          upper: Pair.upperLimit, margin: 0.35))
    let text = error?.description ?? ""
    #expect(text.contains("right_knee") && text.contains("nothing has moved"))
  }

  @Test(arguments: [Float(1.84), -1.34, 0])
  func pose_withinLimitsAndMargin_isArmed(radians: Float) throws {
    #expect(try refusal { $0.robot.jointAngles[1] = radians } == nil)
  }

  @Test func pose_differentInTwoReadings_isRefused() throws {
    script.jointStep = 0.2
    let error = try refusal { _ in }
    guard case .poseUnsteady(let joint, _, _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(joint == Label("left_knee"))
  }

  @Test func robot_ofWhichNothingMayBeBelieved_isRefused() throws {
    #expect(try refusal { $0.robot.jointAngles[0] = .nan } == .notFinite)
  }

  @Test func imu_upsideDown_isRefusedBeforeTorque() throws {
    let error = try refusal { $0.robot.gravity = SIMD3(0, 0, 1) }
    #expect(error == .tilted(degrees: 180))
  }

  @Test(arguments: [SIMD3<Float>(0, 0, -2), SIMD3(0, 0, 0), SIMD3(0, 0, -0.8)])
  func imu_gravityOfAnotherLength_isRefused(gravity: SIMD3<Float>) throws {
    let error = try refusal { $0.robot.gravity = gravity }
    guard case .imuImplausible = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func supply_tooLow_isRefused() throws {
    #expect(
      try refusal { $0.supplyMillivolts = 3_700 } == .supplyLow(millivolts: 3_700, least: 3_800))
  }
}
