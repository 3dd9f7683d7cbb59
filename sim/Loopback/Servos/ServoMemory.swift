internal import WireProtocol

/// Memory of a servo, with the access rules and first values of its registers.
struct ServoMemory {
  /// Reason to refuse a write.
  enum Refusal {
    /// A register that cannot be written, or not now.
    case access
    /// A value outside the register's range.
    case range
    /// A part of a register.
    case length
  }

  let kind: ServoKind
  /// All bytes, those of no register included.
  private var bytes: [UInt8]
  /// The register of each role.
  private let registers: [ServoRegister?]
  /// The role of the register of each byte; `nil` for none.
  private let owners: [RegisterRole?]

  /// Makes the memory of a new servo.
  init(_ kind: ServoKind) {
    self.kind = kind
    registers = RegisterRole.allCases.map(kind.register)
    bytes = Array(repeating: 0, count: kind.facts.byteCount)
    var owners: [RegisterRole?] = Array(repeating: nil, count: bytes.count)
    for role in RegisterRole.allCases {
      guard let register = kind.register(role) else { continue }
      for byte in 0..<register.byteCount { owners[register.address + byte] = role }
    }
    self.owners = owners
    for role in roles { reset(role) }
  }

  /// Makes the memory of a new servo that has got its ID and its baud rate.
  init(_ kind: ServoKind, id: UInt8, baudRate: UInt32) {
    self.init(kind)
    self[.id] = Int32(id)
    if let number = kind.family.baudNumber(of: baudRate) { self[.baudRate] = number }
  }

  /// Roles that have a register.
  private var roles: [RegisterRole] {
    RegisterRole.allCases.filter { registers[Int($0.rawValue)] != nil }
  }

  /// The register of a role that the servo has.
  func register(_ role: RegisterRole) -> ServoRegister {
    guard let register = registers[Int(role.rawValue)] else {
      preconditionFailure("\(role) is a register of \(kind)")
    }
    return register
  }

  /// The value of a register; a new one is clamped to the register's range.
  subscript(role: RegisterRole) -> Int32 {
    get {
      let register = register(role)
      var bits: UInt32 = 0
      for byte in 0..<register.byteCount {
        bits |= UInt32(bytes[register.address + byte]) << (8 * byte)
      }
      return register.value(bits)
    }
    set {
      let register = register(role)
      let bits = register.bits(register.clamped(newValue))
      for byte in 0..<register.byteCount {
        bytes[register.address + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte))
      }
    }
  }

  /// The value of a register in its unit.
  func physical(_ role: RegisterRole) -> Double {
    Double(self[role]) * register(role).unit.perCount
  }

  /// Current of the stalled motor, in counts of its register.
  var stallCurrentCounts: Double {
    let perCount = register(.presentCurrent).unit.perCount
    return (Double(kind.facts.stallMilliamperes) / perCount).rounded()
  }

  /// The gain at which a joint is as stiff as its model; where the register cannot hold it, its
  /// own.
  func nominalGain(_ gain: Int32) -> Double {
    let isPossible = gain > 0 && register(.positionPGain).holds(gain)
    return Double(isPossible ? gain : self[.positionPGain])
  }

  /// Gives a register its first value.
  mutating func reset(_ role: RegisterRole) { self[role] = register(role).initialValue }

  /// Bytes of the memory; `nil` when it ends before them.
  func bytes(at address: Int, count: Int) -> ArraySlice<UInt8>? {
    address + count <= bytes.count ? bytes[address..<(address + count)] : nil
  }

  /// Reason to refuse a write; `nil` when it is allowed.
  ///
  /// - Parameter isEEPROMLocked: `true` refuses writes to EEPROM.
  func refusal(
    writing data: ArraySlice<UInt8>, at address: Int, isEEPROMLocked: Bool
  ) -> Refusal? {
    guard !data.isEmpty, address + data.count <= bytes.count else { return .length }
    var next = address
    while next < address + data.count {
      guard let role = owners[next] else {
        next += 1
        continue
      }
      let register = register(role)
      switch register.access {
      case .readOnly: return .access
      case .eeprom where isEEPROMLocked: return .access
      case .eeprom, .ram: break
      }
      guard register.address == next, next + register.byteCount <= address + data.count else {
        return .length
      }
      let start = data.startIndex + next - address
      let bits = UInt32(bytes: data[start..<(start + register.byteCount)])
      guard register.holds(register.value(bits)) else { return .range }
      next += register.byteCount
    }
    return nil
  }

  /// Writes bytes that ``refusal(writing:at:isEEPROMLocked:)`` allows.
  mutating func store(_ data: ArraySlice<UInt8>, at address: Int) {
    for (offset, byte) in data.enumerated() { bytes[address + offset] = byte }
  }

  /// Resets RAM to its first values, as a start does.
  mutating func restart() {
    for role in roles {
      if case .ram = register(role).access { reset(role) }
    }
  }

  /// Resets every register to its first value, but for some.
  mutating func resetToFactory(keeping kept: [RegisterRole]) {
    for role in roles where !kept.contains(role) { reset(role) }
  }
}

extension ServoRegister {
  /// Addresses of its bytes.
  var range: Range<Int> { address..<(address + byteCount) }
}

extension UInt32 {
  /// Makes a number from up to four bytes, the lowest first.
  init(bytes: some Collection<UInt8>) {
    self = 0
    for (index, byte) in bytes.enumerated() { self |= UInt32(byte) << (8 * index) }
  }
}
