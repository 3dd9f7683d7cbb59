/// Clock with one turn per gait cycle, as a policy observes it.
///
/// It needs integers, additions, multiplications and one division, so that the trainer, the robot
/// and the board compute the same bits; a microcontroller has no libm.
public struct GaitClock: Equatable, Sendable {
  /// Sine of the phase.
  public let sine: Float
  /// Cosine of the phase.
  public let cosine: Float

  /// Computes the clock at a tick after its start; absolute error below 2e-7.
  ///
  /// Real-time safe.
  ///
  /// - Parameter periodTicks: Ticks of one gait cycle, not 0.
  @_noAllocation
  public init(tick: UInt32, periodTicks: UInt16) {
    // The nearest quarter turn and the rest are exact in integers.
    let period = Int(periodTicks)
    let quarterTicks = 4 * Int(tick % UInt32(periodTicks))
    let quarter = (quarterTicks + period / 2) / period
    let x = Float(quarterTicks - quarter * period) / Float(period) * (.pi / 2)
    // Taylor's series to the ninth and the eighth power, on an eighth of a turn to either side.
    let u = x * x
    var p = u * 2.755_731_92e-06 - 1.984_126_98e-04
    p = p * u + 0.008_333_333_33
    p = p * u - 0.166_666_667
    let sine = p * u * x + x
    var q = u * 2.480_158_73e-05 - 0.001_388_888_89
    q = q * u + 0.041_666_666_7
    q = q * u - 0.5
    let cosine = q * u + 1
    switch quarter % 4 {
    case 0: (self.sine, self.cosine) = (sine, cosine)
    case 1: (self.sine, self.cosine) = (cosine, -sine)
    case 2: (self.sine, self.cosine) = (-sine, -cosine)
    default: (self.sine, self.cosine) = (-cosine, sine)
    }
  }
}
