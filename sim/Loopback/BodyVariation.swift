/// Differences between a simulated body and its model, and pushes.
///
/// The ranges are those in which the policies are trained (`RandomisationConfiguration` in
/// `Sources/Locomotion`): friction 0.5 to 1, masses within 10 %, stiffness and torque of the servos
/// 0.88 to 1.11, pushes of up to 0.3 m/s.
public struct BodyVariation: Sendable, Equatable {
  /// Sliding friction of all contacts.
  public let friction: Double
  /// Factors of the masses of the body's parts; they repeat when it has more.
  let masses: [Double]
  /// Factors of the stiffness of the servos.
  let gains: [Double]
  /// Factor of the largest torque of all servos.
  let torqueLimit: Double
  /// Simulated time of each push in seconds, and its change of velocity in metres per second.
  let pushes: [(seconds: Double, velocity: SIMD3<Double>)]

  /// Draws a body and its pushes.
  ///
  /// - Parameters:
  ///   - seed: The same seed gives the same body and pushes.
  ///   - firstPushSeconds: Earliest time of a push.
  ///   - endSeconds: Latest time of a push.
  public init(seed: UInt64, firstPushSeconds: Double = 2.5, endSeconds: Double = 60) {
    var random = SeededRandom(seed: seed ^ 0xB0D7)
    func drawn(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * random.unit()
    }
    friction = drawn(0.5...1)
    masses = (0..<32).map { _ in drawn(0.9...1.1) }
    gains = (0..<32).map { _ in drawn(0.88...1.11) }
    torqueLimit = drawn(0.88...1.11)
    var pushes: [(seconds: Double, velocity: SIMD3<Double>)] = []
    var seconds = firstPushSeconds + drawn(0...1)
    while seconds < endSeconds {
      let velocity = SIMD3(drawn(-0.3...0.3), drawn(-0.3...0.3), 0)
      pushes.append((seconds, velocity))
      seconds += drawn(1...3)
    }
    self.pushes = pushes
  }

  /// True when both bodies and their pushes are the same.
  public static func == (left: BodyVariation, right: BodyVariation) -> Bool {
    left.friction == right.friction && left.masses == right.masses && left.gains == right.gains
      && left.torqueLimit == right.torqueLimit
      && left.pushes.elementsEqual(right.pushes) {
        $0.seconds == $1.seconds && $0.velocity == $1.velocity
      }
  }
}
