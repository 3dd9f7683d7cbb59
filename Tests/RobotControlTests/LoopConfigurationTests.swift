import RobotControl
import Testing

@Suite struct LoopConfigurationTests {
  private static func error(
    _ change: (inout LoopConfiguration) -> Void
  ) -> ConfigurationError? {
    var configuration = LoopConfiguration()
    change(&configuration)
    do {
      try configuration.validate()
      return nil
    } catch {
      return error
    }
  }

  @Test func validate_defaults_passes() {
    #expect(Self.error { _ in } == nil)
  }

  @Test func validate_atTheLimits_passes() {
    let error = Self.error {
      $0.standUpMicroseconds = 0
      $0.settleMicroseconds = 60_000_000
      $0.sitDownMicroseconds = 60_000_000
      $0.exchangeShareMax = 100
      $0.coastTicksMax = 0
      $0.uprightMin = -1
    }
    #expect(error == nil)
  }

  @Test func validate_anySettingOutOfRange_namesIt() {
    #expect(Self.error { $0.standUpMicroseconds = 60_000_001 }?.setting == "standUpMicroseconds")
    #expect(Self.error { $0.settleMicroseconds = .max }?.setting == "settleMicroseconds")
    #expect(Self.error { $0.sitDownMicroseconds = .max }?.setting == "sitDownMicroseconds")
    #expect(Self.error { $0.exchangeShareMax = 0 }?.setting == "exchangeShareMax")
    #expect(Self.error { $0.exchangeShareMax = .nan }?.setting == "exchangeShareMax")
    #expect(Self.error { $0.exchangeShareMax = 101 }?.setting == "exchangeShareMax")
    #expect(Self.error { $0.coastTicksMax = -1 }?.setting == "coastTicksMax")
    #expect(Self.error { $0.coastTicksMax = 101 }?.setting == "coastTicksMax")
    #expect(Self.error { $0.jointCoastTicksMax = -1 }?.setting == "jointCoastTicksMax")
    #expect(Self.error { $0.uprightMin = 1.5 }?.setting == "uprightMin")
    #expect(Self.error { $0.uprightMin = .nan }?.setting == "uprightMin")
  }

  @Test func description_settingOutOfRange_saysFoundAndExpected() {
    #expect(
      Self.error { $0.coastTicksMax = -1 }?.description
        == "control loop, coastTicksMax: found -1, expected 0 to 100")
  }
}
