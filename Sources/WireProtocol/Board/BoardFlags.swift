/// Flags of the board's mode; the bit numbers are permanent.
///
/// Not an `OptionSet`, because that uses arrays, which need a heap.
public struct BoardFlags: Equatable, Sendable {
  /// The bits as they stand on the wire.
  public let rawValue: UInt8

  /// Makes flags from the bits on the wire; unknown bits are kept.
  @_noAllocation
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bit 0: torque is on.
  public static var torqueOn: BoardFlags {
    @_noAllocation get { BoardFlags(rawValue: 1 << 0) }
  }
  /// Bit 1: no command came in time, the last goals are held and commands are refused.
  public static var watchdogHolding: BoardFlags {
    @_noAllocation get { BoardFlags(rawValue: 1 << 1) }
  }
  /// Bit 2: the hold ended without an `arm`, torque is off and commands are refused.
  public static var watchdogLimp: BoardFlags {
    @_noAllocation get { BoardFlags(rawValue: 1 << 2) }
  }

  /// True when all bits of another value are set.
  @_noAllocation
  public func contains(_ other: BoardFlags) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// The bits of both values.
  @_noAllocation
  public func union(_ other: BoardFlags) -> BoardFlags {
    BoardFlags(rawValue: rawValue | other.rawValue)
  }
}

/// Fault bits of the board; the bit numbers are permanent.
///
/// Not an `OptionSet`, for the reason given at ``BoardFlags``.
public struct BoardFaults: Equatable, Sendable {
  /// The bits as they stand on the wire.
  public let rawValue: UInt16

  /// Makes faults from the bits on the wire; unknown bits are kept.
  @_noAllocation
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Bit 0, latched until `arm`: the watchdog ran out.
  public static var commandTimeout: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 0) }
  }
  /// Bit 1: the board has no servo bus; positions are zero, goals and torque move nothing.
  public static var servoBusAbsent: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 1) }
  }
  /// Bit 2: the board has no IMU; gyro and gravity are zero.
  public static var imuAbsent: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 2) }
  }
  /// Bit 3: a servo did not answer; its position and velocity are the last ones known.
  public static var servoSilent: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 3) }
  }
  /// Bit 4: a servo reports an error, such as overload or overheating.
  public static var servoError: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 4) }
  }
  /// Bit 5: the IMU did not answer; gyro and gravity are the last ones known.
  public static var imuSilent: BoardFaults {
    @_noAllocation get { BoardFaults(rawValue: 1 << 5) }
  }

  /// True when all bits of another value are set.
  @_noAllocation
  public func contains(_ other: BoardFaults) -> Bool { rawValue & other.rawValue == other.rawValue }

  /// The bits of both values.
  @_noAllocation
  public func union(_ other: BoardFaults) -> BoardFaults {
    BoardFaults(rawValue: rawValue | other.rawValue)
  }
}
