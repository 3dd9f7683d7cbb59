import Settings
import Testing

@testable import Locomotion

@Suite struct TaskConfigurationTests {
  @Test func validate_defaults_pass() throws {
    try TaskConfiguration().validate()
  }

  /// A change out of range, and the setting that the error must name.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout TaskConfiguration) -> Void

    static let all = [
      Fault(testDescription: "action_scale") { $0.actionScale = 0 },
      Fault(testDescription: "forward_range") { $0.forwardRange = -50...0 },
      Fault(testDescription: "left_range") { $0.leftRange = 0...(.infinity) },
      Fault(testDescription: "yaw_rate_range") { $0.yawRateRange = 0...360 },
      Fault(testDescription: "standing_share") { $0.standingShare = 1.5 },
      Fault(testDescription: "command_interval_ticks") { $0.commandIntervalTicks = -1 },
      Fault(testDescription: "history_count") { $0.historyCount = 0 },
      Fault(testDescription: "history_count") { $0.historyCount = 17 },
      Fault(testDescription: "episode_ticks_max") { $0.episodeTicksMax = 0 },
      Fault(testDescription: "start_angle_noise_radians") { $0.startAngleNoiseRadians = .nan },
      Fault(testDescription: "upright_min") { $0.uprightMin = 2 },
      Fault(testDescription: "height_min_metres") { $0.heightMinMetres = .infinity },
      Fault(testDescription: "velocity_smoothing") { $0.velocitySmoothing = 0 },
      Fault(testDescription: "tracked_speed_min") { $0.trackedSpeedMin = 0 },
      Fault(testDescription: "tracked_yaw_rate_min") { $0.trackedYawRateMin = -1 },
      Fault(testDescription: "clearance_metres") { $0.clearanceMetres = 0 },
      Fault(testDescription: "gait_joints") {
        $0.gaitJoints = [GaitJoint(name: "knee", turnRadians: .nan)]
      },
      Fault(testDescription: "air_time_min_seconds") { $0.airTimeMinSeconds = 1 },
      Fault(testDescription: "reward.gait_contact") { $0.reward.gaitContact = 1 },
      Fault(testDescription: "reward.gait_pose") {
        $0.gaitJoints = [GaitJoint(name: "knee")]
        $0.reward.gaitPose = 1
      },
      Fault(testDescription: "reward.gait_pose") {
        $0.gaitPeriodTicks = 24
        $0.reward.gaitPose = 1
      },
      Fault(testDescription: "reward.posture") { $0.reward.posture = -1 },
      Fault(testDescription: "reward.foot_slip") { $0.reward.footSlip = .nan },
      Fault(testDescription: "randomisation.push_speed_max") { $0.randomisation.pushSpeedMax = -1 },
    ]
  }

  @Test(arguments: Fault.all) func validate_valueWithoutSense_isRefusedByName(fault: Fault) throws {
    var configuration = TaskConfiguration()
    fault.change(&configuration)
    let error = #expect(throws: TaskError.self) { try configuration.validate() }
    guard case .setting(let setting) = error else {
      Issue.record("found \(String(describing: error)), expected a setting out of range")
      return
    }
    #expect(setting.subject == "task.\(fault.testDescription)" && !setting.expected.isEmpty)
  }
}
