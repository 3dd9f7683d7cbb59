/// A ring of the newest values of something, from which one comes out some ticks late.
struct DelayLine: Codable, Equatable, Sendable {
  /// Numbers in a value.
  let width: Int
  /// The longest delay.
  let ticksMax: Int
  /// The delay in force.
  var ticks = 0
  private var newest = 0
  private var numbers: [Float]

  init(width: Int, ticksMax: Int) {
    self.width = width
    self.ticksMax = ticksMax
    numbers = [Float](repeating: 0, count: (ticksMax + 1) * width)
  }

  /// One number of the newest value when written, of the delayed value when read.
  subscript(index: Int) -> Float {
    get {
      let slot = newest - ticks
      return numbers[(slot < 0 ? slot + ticksMax + 1 : slot) * width + index]
    }
    set { numbers[newest * width + index] = newValue }
  }

  /// Moves on to the slot of the next value.
  mutating func advance() { newest = newest == ticksMax ? 0 : newest + 1 }

  /// Makes all values of the past equal to the newest.
  mutating func fill() {
    for slot in 0...ticksMax where slot != newest {
      for index in 0..<width { numbers[slot * width + index] = numbers[newest * width + index] }
    }
  }

  /// Tells whether a decoded line has the sizes of this one and places within them.
  func canBeReplaced(by other: DelayLine) -> Bool {
    let slots = 0...ticksMax
    return other.width == width && other.ticksMax == ticksMax
      && other.numbers.count == numbers.count && slots.contains(other.ticks)
      && slots.contains(other.newest)
  }
}
