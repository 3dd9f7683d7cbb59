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
      Fault(testDescription: "actionScale") { $0.actionScale = 0 },
      Fault(testDescription: "forwardRange") { $0.forwardRange = -50...0 },
      Fault(testDescription: "leftRange") { $0.leftRange = 0...(.infinity) },
      Fault(testDescription: "yawRateRange") { $0.yawRateRange = 0...360 },
      Fault(testDescription: "standingShare") { $0.standingShare = 1.5 },
      Fault(testDescription: "commandIntervalTicks") { $0.commandIntervalTicks = -1 },
      Fault(testDescription: "historyCount") { $0.historyCount = 0 },
      Fault(testDescription: "historyCount") { $0.historyCount = 17 },
      Fault(testDescription: "episodeTicksMax") { $0.episodeTicksMax = 0 },
      Fault(testDescription: "startAngleNoiseRadians") { $0.startAngleNoiseRadians = .nan },
      Fault(testDescription: "uprightMin") { $0.uprightMin = 2 },
      Fault(testDescription: "heightMinMetres") { $0.heightMinMetres = .infinity },
      Fault(testDescription: "velocitySmoothing") { $0.velocitySmoothing = 0 },
      Fault(testDescription: "trackedSpeedMin") { $0.trackedSpeedMin = 0 },
      Fault(testDescription: "trackedYawRateMin") { $0.trackedYawRateMin = -1 },
      Fault(testDescription: "clearanceMetres") { $0.clearanceMetres = 0 },
      Fault(testDescription: "gaitJoints") {
        $0.gaitJoints = [GaitJoint(name: "knee", turnRadians: .nan)]
      },
      Fault(testDescription: "airTimeMinSeconds") { $0.airTimeMinSeconds = 1 },
      Fault(testDescription: "reward.gaitContact") { $0.reward.gaitContact = 1 },
      Fault(testDescription: "reward.gaitPose") {
        $0.gaitJoints = [GaitJoint(name: "knee")]
        $0.reward.gaitPose = 1
      },
      Fault(testDescription: "reward.gaitPose") {
        $0.gaitPeriodTicks = 24
        $0.reward.gaitPose = 1
      },
      Fault(testDescription: "reward.posture") { $0.reward.posture = -1 },
      Fault(testDescription: "reward.footSlip") { $0.reward.footSlip = .nan },
      Fault(testDescription: "randomisation.pushSpeedMax") { $0.randomisation.pushSpeedMax = -1 },
    ]
  }

  @Test(arguments: Fault.all) func validate_valueWithoutSense_isRefusedByName(fault: Fault) throws {
    var configuration = TaskConfiguration()
    fault.change(&configuration)
    let error = #expect(throws: TaskError.self) { try configuration.validate() }
    guard case .settingOutOfRange(let name, _, let expected) = error else {
      Issue.record("found \(String(describing: error)), expected a setting out of range")
      return
    }
    #expect(name == fault.testDescription && !expected.isEmpty)
  }
}
