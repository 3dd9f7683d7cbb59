/// Values that come out some ticks after they went in, kept in a simulation's row of numbers.
///
/// A row holds the delay, the slot of the newest value, and a ring of `ticksMax + 1` slots.
struct DelayLine: Sendable {
  /// Where the line begins in a row.
  let start: Int
  /// Numbers in a value.
  let width: Int
  /// The longest delay.
  let ticksMax: Int

  /// Numbers that a line takes in a row.
  static func count(width: Int, ticksMax: Int) -> Int { 2 + (ticksMax + 1) * width }

  /// Column of the delay in force, in ticks.
  var delay: Int { start }
  private var newest: Int { start + 1 }
  private var slotCount: Int { ticksMax + 1 }

  /// Whether the places of a row, which a file may have, are those of slots.
  func isSensible(_ row: [Double]) -> Bool {
    [delay, newest].allSatisfy { (0...Double(ticksMax)).contains(row[$0]) }
  }

  /// Moves on to the next slot, into which ``write(_:_:to:of:)`` writes.
  func advance(_ rows: Randomisation, of simulation: Int) {
    let slot = Int(rows[newest, simulation]) + 1
    rows[newest, simulation] = Float(slot == slotCount ? 0 : slot)
  }

  /// Writes one number of the newest value.
  func write(_ number: Float, _ index: Int, to rows: Randomisation, of simulation: Int) {
    rows[column(index, slot: Int(rows[newest, simulation])), simulation] = number
  }

  /// Makes all values of the past equal to the newest.
  func fill(_ rows: Randomisation, of simulation: Int) {
    let source = Int(rows[newest, simulation])
    for slot in 0..<slotCount where slot != source {
      for index in 0..<width {
        rows[column(index, slot: slot), simulation] = rows[column(index, slot: source), simulation]
      }
    }
  }

  /// One number of the value that comes out.
  func read(_ index: Int, from rows: Randomisation, of simulation: Int) -> Float {
    let slot = Int(rows[newest, simulation]) - Int(rows[delay, simulation])
    return rows[column(index, slot: slot < 0 ? slot + slotCount : slot), simulation]
  }

  private func column(_ index: Int, slot: Int) -> Int { start + 2 + slot * width + index }
}
