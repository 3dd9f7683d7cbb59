/// Servos that speak one protocol and have their registers in one order.
public enum ServoFamily: Sendable {
  /// Dynamixel X servos, Protocol 2.0.
  case dynamixel
  /// Feetech STS servos.
  case feetech

  /// The highest ID that a servo can have.
  public var idMax: UInt8 {
    @_noAllocation get {
      switch self {
      case .dynamixel: Dynamixel.idMax
      case .feetech: Feetech.idMax
      }
    }
  }

  /// Bits per second for a value of the baud rate register; `nil` for a value without one.
  @_noAllocation
  public func baudRate(_ number: Int32) -> UInt32? {
    switch self {
    case .dynamixel: Dynamixel.baudRate(number)
    case .feetech: Feetech.baudRate(number)
    }
  }

  /// Value of the baud rate register for a number of bits per second; `nil` when there is none.
  @_noAllocation
  public func baudNumber(of baudRate: UInt32) -> Int32? {
    for number in 0..<Self.baudNumberCount {
      if let known = self.baudRate(number), known == baudRate { return number }
    }
    return nil
  }

  /// Values of the baud rate register, from 0 on; not every one has a baud rate.
  private static var baudNumberCount: Int32 { @_noAllocation get { 8 } }

  /// Register that the control loop reads at a place of a servo's block; `nil` behind the last.
  @_noAllocation
  func tickRole(at index: Int) -> RegisterRole? {
    switch (self, index) {
    case (_, 0): .presentPosition
    case (_, 1): .presentVelocity
    case (.dynamixel, 2): .presentCurrent
    case (.dynamixel, 3): .torqueEnable
    case (.dynamixel, 4): .busWatchdog
    case (.dynamixel, 5): .errors
    case (.dynamixel, 6): .presentTemperature
    case (.dynamixel, 7): .presentVoltage
    case (.feetech, 2): .presentLoad
    case (.feetech, 3): .presentVoltage
    case (.feetech, 4): .presentTemperature
    default: nil
    }
  }

  /// Register that tells how hard the motor works.
  public var loadRole: RegisterRole {
    @_noAllocation get {
      switch self {
      case .dynamixel: .presentCurrent
      case .feetech: .presentLoad
      }
    }
  }

  /// Error of each bit of the error register; `nil` for a bit without meaning.
  @_noAllocation
  private func error(ofBit bit: UInt8) -> ServoErrorBit? {
    switch (self, bit) {
    case (_, 0): .supply
    case (.dynamixel, 2), (.feetech, 2): .temperature
    case (.dynamixel, 3), (.feetech, 1): .encoder
    case (.feetech, 3): .current
    case (.dynamixel, 4): .shock
    case (_, 5): .overload
    default: nil
    }
  }

  /// Errors of a servo with the bits of ``ServoErrorBit``, the same for every family.
  ///
  /// - Parameter status: The servo's own error register.
  @_noAllocation
  public func errorBits(_ status: UInt8) -> UInt8 {
    var bits: UInt8 = 0
    for bit in 0..<UInt8(8) where status &>> bit & 1 == 1 {
      bits |= (error(ofBit: bit) ?? .other).mask
    }
    return bits
  }

  /// The servo's own bits for an error; 0 when its family does not know it.
  @_noAllocation
  public func status(_ error: ServoErrorBit) -> UInt8 {
    for bit in 0..<UInt8(8) {
      if let known = self.error(ofBit: bit), known.mask == error.mask { return 1 &<< bit }
    }
    return 0
  }
}

/// An error that a servo reports; raw values are the permanent bit numbers of the board's `health`.
public enum ServoErrorBit: UInt8, Sendable {
  /// Supply voltage outside the servo's limits.
  case supply
  /// Fault of the encoder.
  case encoder
  /// Temperature above the servo's limit.
  case temperature
  /// Current too high.
  case current
  /// Electrical shock, or too little power for the motor.
  case shock
  /// Load too high for too long.
  case overload
  /// Any other error.
  case other

  /// The error's bit.
  public var mask: UInt8 { @_noAllocation get { 1 &<< rawValue } }
}

#if !hasFeature(Embedded)
  extension ServoFamily: CaseIterable, RawRepresentable {
    /// The family of a name in files and options; `nil` for another name.
    public init?(rawValue: String) {
      guard let family = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = family
    }

    /// Name in files and options.
    public var rawValue: String {
      switch self {
      case .dynamixel: "dynamixel"
      case .feetech: "feetech"
      }
    }

    /// Baud rates that the servos have, in the order of their register's values.
    public var baudRates: [UInt32] { (0..<Self.baudNumberCount).compactMap(baudRate) }
  }
#endif
