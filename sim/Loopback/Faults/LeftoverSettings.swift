/// Settings that another tool may have left in a servo: one, some or all of a list.
struct LeftoverSettings {
  /// A register, and what it may have been left with.
  private struct Setting {
    let address: Int
    let values: ClosedRange<Int32>
    /// Whether the number may be negative as well.
    var hasSign = false
  }

  /// Settings that are left together.
  private let groups: [[Setting]]

  /// What an STS3215 may have: homing offset, limits of position, torque limits, gain, mode, phase.
  static let feetech = LeftoverSettings(groups: [
    [Setting(address: 31, values: 200...2_047, hasSign: true)],
    [Setting(address: 9, values: 1_500...1_900), Setting(address: 11, values: 2_200...2_600)],
    [Setting(address: 16, values: 100...500), Setting(address: 48, values: 100...500)],
    [Setting(address: 21, values: 4...200)],
    [Setting(address: 33, values: 1...3)],
    // The factory's, and the count that goes on beyond a turn.
    [Setting(address: 18, values: 28...28)],
  ])

  /// What an XL330 may have: homing offset, limits of position, PWM limits, gain, operating and drive
  /// mode.
  static let dynamixel = LeftoverSettings(groups: [
    [Setting(address: 20, values: 200...1_024, hasSign: true)],
    [Setting(address: 52, values: 1_500...1_900), Setting(address: 48, values: 2_200...2_600)],
    [Setting(address: 36, values: 100...400), Setting(address: 100, values: 100...400)],
    [Setting(address: 84, values: 50...3_000)],
    [Setting(address: 11, values: 0...1)],
    [Setting(address: 10, values: 1...1)],
  ])

  /// Draws each group with a chance of a half, and at least one.
  func drawn(_ random: inout SeededRandom) -> [(address: Int, value: Int32)] {
    let one = random.below(groups.count)
    return groups.indices.flatMap { index in
      let isDrawn = random.below(2) == 0 || index == one
      return isDrawn ? groups[index].map { Self.drawn($0, &random) } : []
    }
  }

  private static func drawn(
    _ setting: Setting, _ random: inout SeededRandom
  ) -> (address: Int, value: Int32) {
    let value = setting.values.lowerBound + Int32(random.below(setting.values.count))
    return (setting.address, setting.hasSign && random.below(2) == 0 ? -value : value)
  }
}
