/// A good robot file, line by line, for tests to spoil.
struct RobotText {
  private var lines = [
    "body: biped",  // 1
    "control_rate_hz: 50",  // 2
    "supply_min_volts: 6.5",  // 3
    "defaults:",  // 4
    "  direction: 1",  // 5
    "  zero_ticks: 2048",  // 6
    "  position_gain: 800",  // 7
    "  slew_radians_per_second: 8",  // 8
    "joints:",  // 9
    "  - { name: left, id: 1, limits: [-1, 1], standing: 0.5, resting: 0 }",  // 10
    "  - name: right",  // 11
    "    id: 2",  // 12
    "    limits: [-0.5, 1.5]",  // 13
    "    standing: 0.25",  // 14
    "    resting: -0.25",  // 15
  ]

  var text: String { lines.joined(separator: "\n") + "\n" }

  /// The file with the line of a number, counted from 1, put in another way; `nil` leaves it out.
  func with(_ line: Int, _ replacement: String?) -> String {
    var copy = self
    copy.lines.replaceSubrange((line - 1)..<line, with: replacement.map { [$0] } ?? [])
    return copy.text
  }

  /// The file up to the line of a number, counted from 1, and then `rest`.
  func first(_ count: Int, then rest: [String]) -> String {
    (lines.prefix(count) + rest).joined(separator: "\n") + "\n"
  }
}

extension RobotText {
  /// As many good joints as asked for, one a line.
  static func joints(count: Int) -> [String] {
    (0..<count).map {
      "  - { name: joint_\($0), id: \($0), limits: [-1, 1], standing: 0, resting: 0 }"
    }
  }
}
