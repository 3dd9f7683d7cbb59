import Foundation
import Testing

@testable import Locomotion

@Suite struct RandomisationConfigurationTests {
  @Test func validate_defaultsAndEverythingOff_pass() throws {
    try RandomisationConfiguration().validate()
    try RandomisationConfiguration.only().validate()
    try RandomisationConfiguration.everything.validate()
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
    Wrong(name: "torsoMassFactor", found: "0.0...1.0") { $0.torsoMassFactor = 0...1 },
    Wrong(name: "partMassFactor", found: "1.2...1.2") { $0.partMassFactor = 1.2...1.2 },
    Wrong(name: "servoGainFactor", found: "0.5...11.0") { $0.servoGainFactor = 0.5...11 },
    Wrong(name: "torqueLimitFactor", found: "-1.0...1.0") { $0.torqueLimitFactor = -1...1 },
    Wrong(name: "jointDampingFactor", found: "0.9...0.9") { $0.jointDampingFactor = 0.9...0.9 },
    Wrong(name: "jointArmatureFactor", found: "0.0...0.0") { $0.jointArmatureFactor = 0...0 },
    Wrong(name: "jointFrictionLossFactor", found: "1.0...inf") {
      $0.jointFrictionLossFactor = 1...(.infinity)
    },
    Wrong(name: "floorFriction", found: "-0.1...1.0") { $0.floorFriction = -0.1...1 },
    Wrong(name: "centreOfMassMetres", found: "-5.0...5.0") { $0.centreOfMassMetres = -5...5 },
    Wrong(name: "floorFriction", found: "0.5...0.5") { $0.floorFriction = 0.5...0.5 },
    Wrong(name: "centreOfMassMetres", found: "0.01...0.01") {
      $0.centreOfMassMetres = 0.01...0.01
    },
    Wrong(name: "commandDelayTicksMax", found: "11") { $0.commandDelayTicksMax = 11 },
    Wrong(name: "imuDelayTicksMax", found: "-1") { $0.imuDelayTicksMax = -1 },
    Wrong(name: "jointDelayTicksMax", found: "99") { $0.jointDelayTicksMax = 99 },
    Wrong(name: "encoderBiasRadiansMax", found: "-0.1") { $0.encoderBiasRadiansMax = -0.1 },
    Wrong(name: "imuMountingRadiansMax", found: "6.0") { $0.imuMountingRadiansMax = 6 },
    Wrong(name: "jointAngleNoise.size", found: "-0.01") { $0.jointAngleNoise.size = -0.01 },
    Wrong(name: "jointRateNoise.size", found: "inf") { $0.jointRateNoise.size = .infinity },
    Wrong(name: "gyroNoise.size", found: "nan") { $0.gyroNoise.size = .nan },
    Wrong(name: "gravityNoise.size", found: "-1.0") { $0.gravityNoise.size = -1 },
    Wrong(name: "pushSpeedMax", found: "-0.3") { $0.pushSpeedMax = -0.3 },
    Wrong(name: "pushIntervalSeconds", found: "0.0...6.0") { $0.pushIntervalSeconds = 0...6 },
    Wrong(name: "shareRamp", found: "0.5...2.0") { $0.shareRamp = 0.5...2 },
  ])
  func validate_settingOutOfRange_isNamedWithWhatWasFound(wrong: Wrong) throws {
    var configuration = RandomisationConfiguration()
    wrong.change(&configuration)
    do throws(TaskError) {
      try configuration.validate()
      Issue.record("taken")
    } catch {
      guard case .settingOutOfRange(let name, let found, _) = error else {
        Issue.record("found \(error)")
        return
      }
      #expect(name == "randomisation.\(wrong.name)")
      #expect(found == wrong.found)
    }
  }

  @Test func environments_settingOutOfRange_throwItsMessage() throws {
    let task = try Spider.task { $0.randomisation.commandDelayTicksMax = 11 }
    let error = #expect(throws: TaskError.self) { _ = try Spider.environments(task) }
    #expect(
      error?.description
        == "setting randomisation.commandDelayTicksMax: found 11, expected 0 to 10 ticks")
  }

  @Test func codable_everySetting_comesBack() throws {
    var task = TaskConfiguration()
    task.randomisation = .everything
    let data = try JSONEncoder().encode(task)
    #expect(try JSONDecoder().decode(TaskConfiguration.self, from: data) == task)
  }
}
