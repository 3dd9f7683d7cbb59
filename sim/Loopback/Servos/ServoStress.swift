/// How hot a servo is, and for how long it has been strained.
///
/// The motor heats with the square of its load and cools towards the air: at full load it gains 0.5
/// degrees a second, and would settle 90 degrees above the air. Figures of this order are what
/// owners of small servos report; a vendor publishes none.
struct ServoStress {
  /// In degrees Celsius.
  var temperature: Double { ownTemperature + addedCelsius }
  /// By how much something else than its load heats it.
  var addedCelsius = 0.0
  /// By the air and its load alone.
  private var ownTemperature = Self.airTemperature
  /// Time for which the load has been above ``overloadMin``.
  private(set) var overloadSeconds = 0.0

  private static let airTemperature = 25.0
  private static let heatingPerSecond = 0.5
  private static let coolingSeconds = 180.0

  /// Lets time pass.
  ///
  /// - Parameters:
  ///   - load: Torque as a part of the largest, of either sign.
  ///   - overloadMin: The load that counts as too much.
  mutating func pass(seconds: Double, load: Double, overloadMin: Double) {
    let heating = Self.heatingPerSecond * load * load
    let cooling = (ownTemperature - Self.airTemperature) / Self.coolingSeconds
    ownTemperature += seconds * (heating - cooling)
    overloadSeconds = abs(load) >= overloadMin ? overloadSeconds + seconds : 0
  }
}
