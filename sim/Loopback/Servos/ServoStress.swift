/// Temperature of a servo, and the time for which it has been overloaded.
///
/// The motor heats with the square of its load and cools towards the air: at full load it gains 0.5
/// degrees a second, and would settle 90 degrees above the air. Figures of this order are what
/// owners of small servos report; a vendor publishes none.
struct ServoStress {
  /// Temperature, in degrees Celsius.
  var temperature: Double { ownTemperature + addedCelsius }
  /// Rise of the temperature by an injected fault.
  var addedCelsius = 0.0
  /// Temperature from the air and the load alone.
  private var ownTemperature = Self.airTemperature
  /// Time for which the load has been above ``overloadMin``.
  private(set) var overloadSeconds = 0.0

  private static let airTemperature = 25.0
  private static let heatingPerSecond = 0.5
  private static let coolingSeconds = 180.0

  /// Lets time pass.
  ///
  /// - Parameters:
  ///   - load: Torque relative to the largest, of either sign.
  ///   - overloadMin: The load that counts as overload.
  mutating func pass(seconds: Double, load: Double, overloadMin: Double) {
    let heating = Self.heatingPerSecond * load * load
    let cooling = (ownTemperature - Self.airTemperature) / Self.coolingSeconds
    ownTemperature += seconds * (heating - cooling)
    overloadSeconds = abs(load) >= overloadMin ? overloadSeconds + seconds : 0
  }
}
