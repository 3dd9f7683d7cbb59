import Foundation
import Settings
import Testing

@testable import Locomotion

@Suite struct RandomisationConfigurationTests {
  @Test func validate_defaultsAndEverythingOff_pass() throws {
    for randomisation in [
      RandomisationConfiguration(), .only(), RandomisationConfiguration.everything,
    ] {
      var task = TaskConfiguration()
      task.randomisation = randomisation
      try task.validate()
    }
  }

  @Test func init_defaults_areOff() {
    #expect(!TaskConfiguration().randomisation.isOn)
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let name: String
    let found: String
    let change: @Sendable (inout RandomisationConfiguration) -> Void
    var testDescription: String { name }
  }

  @Test(arguments: [
    Wrong(name: "torso_mass_factor", found: "0.0...1.0") { $0.torsoMassFactor = 0...1 },
    Wrong(name: "part_mass_factor", found: "1.2...1.2") { $0.partMassFactor = 1.2...1.2 },
    Wrong(name: "servo_gain_factor", found: "0.5...11.0") { $0.servoGainFactor = 0.5...11 },
    Wrong(name: "torque_limit_factor", found: "-1.0...1.0") { $0.torqueLimitFactor = -1...1 },
    Wrong(name: "joint_damping_factor", found: "0.9...0.9") { $0.jointDampingFactor = 0.9...0.9 },
    Wrong(name: "joint_armature_factor", found: "0.0...0.0") { $0.jointArmatureFactor = 0...0 },
    Wrong(name: "joint_friction_loss_factor", found: "1.0...inf") {
      $0.jointFrictionLossFactor = 1...(.infinity)
    },
    Wrong(name: "floor_friction", found: "-0.1...1.0") { $0.floorFriction = -0.1...1 },
    Wrong(name: "centre_of_mass_metres", found: "-5.0...5.0") { $0.centreOfMassMetres = -5...5 },
    Wrong(name: "floor_friction", found: "0.5...0.5") { $0.floorFriction = 0.5...0.5 },
    Wrong(name: "centre_of_mass_metres", found: "0.01...0.01") {
      $0.centreOfMassMetres = 0.01...0.01
    },
    Wrong(name: "command_delay_ticks_max", found: "11") { $0.commandDelayTicksMax = 11 },
    Wrong(name: "imu_delay_ticks_max", found: "-1") { $0.imuDelayTicksMax = -1 },
    Wrong(name: "joint_delay_ticks_max", found: "99") { $0.jointDelayTicksMax = 99 },
    Wrong(name: "encoder_bias_radians_max", found: "-0.1") { $0.encoderBiasRadiansMax = -0.1 },
    Wrong(name: "imu_mounting_radians_max", found: "6.0") { $0.imuMountingRadiansMax = 6 },
    Wrong(name: "joint_angle_noise.size", found: "-0.01") { $0.jointAngleNoise.size = -0.01 },
    Wrong(name: "joint_rate_noise.size", found: "inf") { $0.jointRateNoise.size = .infinity },
    Wrong(name: "gyro_noise.size", found: "nan") { $0.gyroNoise.size = .nan },
    Wrong(name: "gravity_noise.size", found: "-1.0") { $0.gravityNoise.size = -1 },
    Wrong(name: "push_speed_max", found: "-0.3") { $0.pushSpeedMax = -0.3 },
    Wrong(name: "push_interval_seconds", found: "0.0...6.0") { $0.pushIntervalSeconds = 0...6 },
    Wrong(name: "share_ramp", found: "0.5...2.0") { $0.shareRamp = 0.5...2 },
  ])
  func validate_settingOutOfRange_isNamedWithWhatWasFound(wrong: Wrong) throws {
    var configuration = RandomisationConfiguration()
    wrong.change(&configuration)
    var task = TaskConfiguration()
    task.randomisation = configuration
    do throws(TaskError) {
      try task.validate()
      Issue.record("taken")
    } catch {
      guard case .setting(let error) = error else {
        Issue.record("found \(error)")
        return
      }
      #expect(error.subject == "task.randomisation.\(wrong.name)")
      #expect(error.found == wrong.found)
    }
  }

  @Test func environments_settingOutOfRange_throwItsMessage() throws {
    let task = try Spider.task { $0.randomisation.commandDelayTicksMax = 11 }
    let error = #expect(throws: TaskError.self) { _ = try Spider.environments(task) }
    #expect(
      error?.description
        == "configuration: task.randomisation.command_delay_ticks_max: found 11, expected 0 to 10")
  }

  @Test func codable_everySetting_comesBack() throws {
    var task = TaskConfiguration()
    task.randomisation = .everything
    let data = try JSONEncoder().encode(task)
    #expect(try JSONDecoder().decode(TaskConfiguration.self, from: data) == task)
  }
}
