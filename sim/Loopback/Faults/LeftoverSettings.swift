internal import WireProtocol

/// Settings that another tool may have left in a servo: one, some or all of a list.
struct LeftoverSettings {
  /// A register with the values that it may have been left with.
  private struct Setting {
    let role: RegisterRole
    let values: ClosedRange<Int32>
    /// True when the value may be negative as well.
    var hasSign = false
  }

  /// Settings that are left together.
  private let groups: [[Setting]]

  /// The settings of a family: homing offset, position limits, torque limits, gain, mode and
  /// direction.
  init(of family: ServoFamily) {
    let limits = [
      Setting(role: .minPosition, values: 1_500...1_900),
      Setting(role: .maxPosition, values: 2_200...2_600),
    ]
    groups =
      switch family {
      case .feetech:
        [
          [Setting(role: .homingOffset, values: 200...2_047, hasSign: true)], limits,
          [
            Setting(role: .torqueLimitAtStart, values: 100...500),
            Setting(role: .torqueLimit, values: 100...500),
          ],
          [Setting(role: .positionPGain, values: 4...200)],
          [Setting(role: .operatingMode, values: 1...3)],
          // The factory's bits, and the one that counts on beyond a turn.
          [Setting(role: .phase, values: 28...28)],
        ]
      case .dynamixel:
        [
          [Setting(role: .homingOffset, values: 200...1_024, hasSign: true)], limits,
          [
            Setting(role: .pwmLimit, values: 100...400), Setting(role: .goalPWM, values: 100...400),
          ],
          [Setting(role: .positionPGain, values: 50...3_000)],
          [Setting(role: .operatingMode, values: 0...1)],
          [Setting(role: .driveMode, values: 1...1)],
        ]
      }
  }

  /// Draws each group with a chance of a half, and at least one.
  func drawn(_ random: inout SeededRandom) -> [(role: RegisterRole, value: Int32)] {
    let one = random.below(groups.count)
    return groups.indices.flatMap { index in
      let isDrawn = random.below(2) == 0 || index == one
      return isDrawn ? groups[index].map { Self.drawn($0, &random) } : []
    }
  }

  private static func drawn(
    _ setting: Setting, _ random: inout SeededRandom
  ) -> (role: RegisterRole, value: Int32) {
    let value = setting.values.lowerBound + Int32(random.below(setting.values.count))
    return (setting.role, setting.hasSign && random.below(2) == 0 ? -value : value)
  }
}
