import RobotFiles
import Testing

struct RobotFileRefusalTests {
  @Test(arguments: [
    Refusal(
      first: 0, then: ["# nothing"],
      "1: robot: found an empty file, expected a mapping with the key 'joints'"),
    Refusal(first: 0, then: ["- 1"], "1: robot: found a list of 1, expected a mapping"),
    Refusal(
      2, "control_rate_hz: [50",
      "3: syntax: found a fault (did not find expected ',' or ']'), expected YAML"),
    Refusal(
      3, "supply_min_volts: @6",
      "3: syntax: found a fault (found character that cannot start any token), expected YAML"),
    Refusal(
      3, "supply_min_volts: 6 \u{7}",
      "3: syntax: found a fault (control characters are not allowed), expected YAML"),
    Refusal(
      2, "control_rate_hz: *rate",
      "2: syntax: found a fault (found undefined alias), expected YAML"),
    Refusal(
      first: 9, then: ["  - name: a", "---", "b: c"],
      "11: syntax: found a fault (but found another document), expected YAML"),
    Refusal(
      3, "body: other", "1: body: found the key again, expected each key once; remove one"),
    Refusal(
      10, "  - { id: 3, name: left, id: 1 }",
      "10: id: found the key again, expected each key once; remove one"),
  ])
  func parse_notYAML_namesTheLine(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(
      2, "control_rate: 50",
      "2: robot: found the unknown key control_rate, expected one of body, control_rate_hz, "
        + "supply_min_volts, supply_warning_volts, servo_warning_celsius, servo_max_celsius, "
        + "plausible, bus, defaults, joints; did you mean 'control_rate_hz'?"),
    Refusal(
      7, "  gain: 800",
      "7: defaults: found the unknown key gain, expected one of direction, zero_ticks, "
        + "position_gain, slew_radians_per_second, limits, standing, resting"),
    Refusal(
      5, "  id: 1",
      "5: defaults: found the unknown key id, expected one of direction, zero_ticks, "
        + "position_gain, slew_radians_per_second, limits, standing, resting"),
    Refusal(
      13, "    limit: [-0.5, 1.5]",
      "13: joint: found the unknown key limit, expected one of name, id, direction, zero_ticks, "
        + "position_gain, slew_radians_per_second, limits, standing, resting; did you mean "
        + "'limits'?"),
    Refusal(
      13, "    [1]: 2",
      "13: joint: found the unknown key a list of 1, expected one of name, id, direction, "
        + "zero_ticks, position_gain, slew_radians_per_second, limits, standing, resting"),
  ])
  func parse_unknownKey_namesTheNearest(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(1, nil, "1: robot: found no key 'body', expected one; add it"),
    Refusal(2, nil, "1: robot: found no key 'control_rate_hz', expected one; add it"),
    Refusal(3, nil, "1: robot: found no key 'supply_min_volts', expected one; add it"),
    Refusal(first: 8, then: [], "1: robot: found no key 'joints', expected one; add it"),
    Refusal(11, "  - direction: 1", "11: joint: found no key 'name', expected one; add it"),
    Refusal(12, nil, "11: joint: found no key 'id', expected one; add it"),
    Refusal(
      8, nil,
      "9: joint: found no key 'slew_radians_per_second', expected one; add it here or under "
        + "'defaults'"),
    Refusal(
      13, nil,
      "11: joint: found no key 'limits', expected one; add it here or under 'defaults'"),
    Refusal(
      14, nil,
      "11: joint: found no key 'standing', expected one; add it here or under 'defaults'"),
  ])
  func parse_missingKey_namesTheMapping(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(
      first: 8, then: ["joints: []"],
      "9: joints: found a list of 0, expected a list of 1 to 32 joints"),
    Refusal(
      first: 8, then: ["joints: 12"], "9: joints: found 12, expected a list of 1 to 32 joints"),
    Refusal(
      first: 9, then: RobotText.joints(count: 33),
      "42: joint: found 33 joints, expected at most 32"),
    Refusal(
      12, "    id: 1", "12: id: found 1 again, expected one that no other joint has; line 10 has it"
    ),
    Refusal(
      11, "  - name: left",
      "11: name: found left again, expected one that no other joint has; line 10 has it"),
    Refusal(first: 9, then: ["  - left"], "10: joint: found left, expected a mapping"),
    Refusal(first: 3, then: ["defaults: 5"], "4: defaults: found 5, expected a mapping"),
  ])
  func parse_badListOfJoints_namesTheLine(refusal: Refusal) { refusal.check() }
}
