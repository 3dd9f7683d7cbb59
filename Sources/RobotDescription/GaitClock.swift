/// A clock that goes round once per gait cycle: which leg is to step when.
///
/// Written with additions, multiplications and comparisons only, so that the trainer, the robot and
/// the board compute the same bits; a microcontroller has no libm.
public enum GaitClock {
  /// Turns of the clock within its cycle, from 0 to below 1; 0 when it stands still.
  @_noAllocation
  public static func phase(tick: Int, periodTicks: Int) -> Float {
    periodTicks > 0 ? Float(tick % periodTicks) / Float(periodTicks) : 0
  }

  /// Sine of `turns` full turns, for 0 to 2; absolute error below 1e-6.
  @_noAllocation
  public static func sine(_ turns: Float) -> Float {
    // Into a quarter turn either side of zero, where a short polynomial is exact enough.
    var turn = turns >= 1 ? turns - 1 : turns
    if turn > 0.75 { turn -= 1 } else if turn > 0.25 { turn = 0.5 - turn }
    let angle = turn * (2 * .pi)
    let square = angle * angle
    // The series of the sine up to the eleventh power.
    var sum: Float = -2.505_210_8e-8
    sum = sum * square + 2.755_731_9e-6
    sum = sum * square - 1.984_127e-4
    sum = sum * square + 8.333_333_3e-3
    sum = sum * square - 0.166_666_67
    return angle + angle * square * sum
  }
}
