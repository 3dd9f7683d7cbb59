import RobotFiles
import Settings
import Testing

struct RobotFileValueTests {
  @Test(arguments: [
    Refusal(1, "body: 5", "1: body: found 5, expected a name of 1 to 31 bytes"),
    Refusal(1, "body: true", "1: body: found true, expected a name of 1 to 31 bytes"),
    Refusal(1, "body:", "1: body: found nothing, expected a name of 1 to 31 bytes"),
    Refusal(1, "body: ''", "1: body: found \"\", expected a name of 1 to 31 bytes"),
    Refusal(1, "body: [a]", "1: body: found a list of 1, expected a name of 1 to 31 bytes"),
    Refusal(
      11, "  - name: an_ankle_of_thirty_two_bytes_sum",
      "11: name: found an_ankle_of_thirty_two_bytes_sum of 32 bytes, expected a name of 1 to 31 "
        + "bytes"),
    Refusal(
      11, "  - name: genou_à_trente_deux_octets_née",
      "11: name: found genou_à_trente_deux_octets_née of 32 bytes, expected a name of 1 to 31 "
        + "bytes"),
  ])
  func parse_badName_namesTheLine(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(12, "    id: 253", "12: id: found 253, expected a whole number from 0 to 252"),
    Refusal(12, "    id: -1", "12: id: found -1, expected a whole number from 0 to 252"),
    Refusal(12, "    id: 2.0", "12: id: found 2.0, expected a whole number from 0 to 252"),
    Refusal(12, "    id: \"2\"", "12: id: found \"2\", expected a whole number from 0 to 252"),
    Refusal(12, "    id: two", "12: id: found two, expected a whole number from 0 to 252"),
    Refusal(
      12, "    id: 99999999999999999999",
      "12: id: found 99999999999999999999, expected a whole number from 0 to 252"),
    Refusal(
      6, "  zero_ticks: 4096", "6: zero_ticks: found 4096, expected a whole number from 0 to 4095"),
    Refusal(
      6, "  zero_ticks: -1", "6: zero_ticks: found -1, expected a whole number from 0 to 4095"),
    Refusal(
      7, "  position_gain: 16384",
      "7: position_gain: found 16384, expected a whole number from 0 to 16383"),
    Refusal(
      7, "  position_gain: -1",
      "7: position_gain: found -1, expected a whole number from 0 to 16383"),
    Refusal(5, "  direction: 0", "5: direction: found 0, expected 1 or -1"),
    Refusal(5, "  direction: 2", "5: direction: found 2, expected 1 or -1"),
    Refusal(5, "  direction: left", "5: direction: found left, expected 1 or -1"),
  ])
  func parse_badWholeNumber_namesTheLine(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(
      2, "control_rate_hz: 9.99",
      "2: control_rate_hz: found 9.99, expected a number from 10 to 500"),
    Refusal(
      2, "control_rate_hz: 501", "2: control_rate_hz: found 501, expected a number from 10 to 500"),
    Refusal(
      2, "control_rate_hz: .nan",
      "2: control_rate_hz: found .nan, expected a number from 10 to 500"),
    Refusal(
      2, "control_rate_hz: nan", "2: control_rate_hz: found nan, expected a number from 10 to 500"),
    Refusal(
      2, "control_rate_hz: 0x20",
      "2: control_rate_hz: found 0x20, expected a number from 10 to 500"),
    Refusal(
      3, "supply_min_volts: 66",
      "3: supply_min_volts: found 66, expected a number from 0 to 65"),
    Refusal(
      3, "supply_min_volts: -0.1",
      "3: supply_min_volts: found -0.1, expected a number from 0 to 65"),
    Refusal(
      3, "supply_min_volts: 6.5\nsupply_warning_volts: 6.4",
      "4: supply_warning_volts: found 6.4, expected a number from supply_min_volts to 65"),
    Refusal(
      3, "supply_min_volts: 6.5\nservo_max_celsius: 50\nservo_warning_celsius: 51",
      "5: servo_warning_celsius: found 51, expected a whole number from 1 to 50"),
    Refusal(
      8, "  slew_radians_per_second: 0",
      "8: slew_radians_per_second: found 0, expected a number above 0"),
    Refusal(
      8, "  slew_radians_per_second: .inf",
      "8: slew_radians_per_second: found .inf, expected a number above 0"),
    Refusal(
      8, "  slew_radians_per_second: 1e39",
      "8: slew_radians_per_second: found 1e39, expected a number above 0"),
    Refusal(
      14, "    standing: 1e999",
      "14: standing: found 1e999, expected an angle from -100 to 100 radians"),
    Refusal(
      15, "    resting: [0]",
      "15: resting: found a list of 1, expected an angle from -100 to 100 radians"),
  ])
  func parse_badNumber_namesTheLine(refusal: Refusal) { refusal.check() }

  @Test(arguments: [
    Refusal(
      13, "    limits: [1.5, -0.5]",
      "13: limits: found 1.5 before -0.5, expected the lower angle first"),
    Refusal(
      13, "    limits: [1, 1]", "13: limits: found 1 before 1, expected the lower angle first"),
    Refusal(
      13, "    limits: [1]",
      "13: limits: found a list of 1, expected two angles, the lower first"),
    Refusal(
      13, "    limits: 1.5", "13: limits: found 1.5, expected two angles, the lower first"),
    Refusal(
      13, "    limits:\n      - -0.5\n      - .inf",
      "15: limits: found .inf, expected an angle from -100 to 100 radians"),
    Refusal(
      14, "    standing: 1.6",
      "14: standing: found 1.6, expected an angle within the limits, -0.5 to 1.5"),
    Refusal(
      15, "    resting: -0.6",
      "15: resting: found -0.6, expected an angle within the limits, -0.5 to 1.5"),
    Refusal(
      first: 8,
      then: ["  standing: 3", "joints:", "  - {name: a, id: 1, limits: [0, 1], resting: 0}"],
      "9: standing: found 3, expected an angle within the limits, 0.0 to 1.0"),
  ])
  func parse_badLimitsOrPose_namesTheLine(refusal: Refusal) { refusal.check() }
}
