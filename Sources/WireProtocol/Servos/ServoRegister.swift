/// A register of a servo: its place in the memory, its coding and its range.
public struct ServoRegister: Sendable {
  /// Rule for writes of a register, and memory that keeps its value.
  public enum Access: Sendable {
    /// Never written.
    case readOnly
    /// EEPROM: written while torque is off, and behind a lock where there is one; kept without
    /// supply.
    case eeprom
    /// RAM: written at any time, reset to its first value by a start.
    case ram
  }

  /// Coding of a number in a register's bits.
  public enum Coding: Sendable {
    /// Unsigned.
    case unsigned
    /// Two's complement.
    case signed
    /// Magnitude, with the sign in the bit of this number.
    case signBit(UInt8)
  }

  /// Unit of a register, and how much of it one count is.
  public struct Unit: Sendable {
    /// Symbol of the unit, such as `V`; empty for a plain number.
    public let symbol: StaticString
    /// Size of one count in this unit.
    public let perCount: Double

    /// Makes a unit from the size of one count and the symbol.
    @_noAllocation
    public init(_ perCount: Double, _ symbol: StaticString) {
      self.perCount = perCount
      self.symbol = symbol
    }

    /// A plain number.
    public static var none: Unit { @_noAllocation get { Unit(1, "") } }
    /// A count of the encoder, 4096 in a turn.
    static var encoderCount: Unit { @_noAllocation get { Unit(360 / 4_096, "deg") } }
    static var encoderCountPerSecond: Unit { @_noAllocation get { Unit(1, "step/s") } }
    static var decivolt: Unit { @_noAllocation get { Unit(0.1, "V") } }
    static var celsius: Unit { @_noAllocation get { Unit(1, "degC") } }
    static var percent: Unit { @_noAllocation get { Unit(1, "%") } }
    static var milliampere: Unit { @_noAllocation get { Unit(1, "mA") } }
    static var millisecond: Unit { @_noAllocation get { Unit(1, "ms") } }
    static var tenMilliseconds: Unit { @_noAllocation get { Unit(10, "ms") } }
    static var twoMicroseconds: Unit { @_noAllocation get { Unit(2, "us") } }
  }

  /// The vendor's name, in snake case.
  public let name: StaticString
  /// Address of the first byte.
  public let address: Int
  /// Number of bytes, the lowest first: 1, 2 or 4.
  public let byteCount: Int
  /// Rule for its writes.
  public let access: Access
  /// Coding of its number.
  public let coding: Coding
  /// Value in a new servo, and for RAM after each start.
  public let initialValue: Int32
  /// Smallest value.
  public let lowest: Int32
  /// Largest value.
  public let highest: Int32
  /// Unit of its values.
  public let unit: Unit

  @_noAllocation
  init(
    _ address: Int, _ byteCount: Int, _ name: StaticString, _ access: Access,
    _ initialValue: Int32 = 0, _ lowest: Int32 = 0, _ highest: Int32 = .max,
    _ unit: Unit = .none, coding: Coding = .unsigned
  ) {
    self.name = name
    self.address = address
    self.byteCount = byteCount
    self.access = access
    self.coding = coding
    self.initialValue = initialValue
    self.lowest = lowest
    self.highest = highest
    self.unit = unit
  }

  /// The value of bits read from the register.
  @_noAllocation
  public func value(_ bits: UInt32) -> Int32 {
    switch coding {
    case .unsigned: return Int32(truncatingIfNeeded: bits)
    case .signed:
      switch byteCount {
      case 1: return Int32(Int8(truncatingIfNeeded: bits))
      case 2: return Int32(Int16(truncatingIfNeeded: bits))
      default: return Int32(truncatingIfNeeded: bits)
      }
    case .signBit(let bit):
      let sign = UInt32(1) &<< UInt32(bit)
      let magnitude = Int32(truncatingIfNeeded: bits & (sign &- 1))
      return bits & sign == 0 ? magnitude : -magnitude
    }
  }

  /// The register's bits for a value within ``lowest`` and ``highest``.
  @_noAllocation
  public func bits(_ value: Int32) -> UInt32 {
    switch coding {
    case .unsigned, .signed:
      let all = UInt32(bitPattern: value)
      return byteCount == 4 ? all : all & ((UInt32(1) &<< UInt32(8 * byteCount)) &- 1)
    case .signBit(let bit):
      return value < 0 ? value.magnitude | UInt32(1) &<< UInt32(bit) : value.magnitude
    }
  }

  /// The nearest value within ``lowest`` and ``highest``.
  @_noAllocation
  public func clamped(_ value: Int32) -> Int32 { max(lowest, min(highest, value)) }

  /// True when a value is within ``lowest`` and ``highest``.
  @_noAllocation
  public func holds(_ value: Int32) -> Bool { value >= lowest && value <= highest }
}
