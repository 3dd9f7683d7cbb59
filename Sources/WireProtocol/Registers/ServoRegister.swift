/// A field of a servo's memory, as its vendor's table has it.
public struct ServoRegister: Sendable {
  /// Who may write a field, and when.
  public enum Access: Sendable {
    /// Nobody.
    case readOnly
    /// The host, while the servo holds no torque; it is kept without supply.
    case eeprom
    /// The host, at any time; a new start forgets it.
    case ram
  }

  /// How the bits of a field are a number.
  public enum Coding: Sendable {
    /// As they are.
    case unsigned
    /// Two's complement.
    case signed
    /// A magnitude, and above it a bit for the sign.
    case signBit(UInt8)
  }

  /// What one count of a field is.
  public struct Unit: Sendable {
    /// The unit's sign, such as `V`; empty for a plain number.
    public let symbol: StaticString
    /// How many of it are in one count.
    public let perCount: Float

    /// So many of a unit in one count.
    @_noAllocation
    public init(_ perCount: Float, _ symbol: StaticString) {
      self.perCount = perCount
      self.symbol = symbol
    }

    /// A plain number.
    public static var none: Unit { @_noAllocation get { Unit(1, "") } }
  }

  /// The field's name, in snake case.
  public let name: StaticString
  /// Where it begins.
  public let address: Int
  /// Bytes, the lowest first: 1, 2 or 4.
  public let byteCount: Int
  /// Who may write it.
  public let access: Access
  /// How its bits are a number.
  public let coding: Coding
  /// The number in a new servo.
  public let initialValue: Int32
  /// The least number that it takes.
  public let lowest: Int32
  /// The largest number that it takes.
  public let highest: Int32
  /// What one count is.
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

  /// The number that the field's bits are.
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

  /// The field's bits for a number within ``lowest`` and ``highest``.
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
}

#if !hasFeature(Embedded)
  extension DynamixelTable {
    /// The register of a name; `nil` when the table has none such.
    public static func register(named name: String) -> ServoRegister? {
      (0..<count).lazy.map(register(at:)).first { "\($0.name)" == name }
    }
  }

  extension FeetechTable {
    /// The register of a name; `nil` when the table has none such.
    public static func register(named name: String) -> ServoRegister? {
      (0..<count).lazy.map(register(at:)).first { "\($0.name)" == name }
    }
  }
#endif
