internal import WireProtocol

/// A servo's memory behind its vendor's table: what may be written, and what is kept.
struct ServoMemory {
  /// Why a write is refused.
  enum Refusal {
    /// A register that nobody writes, or not now.
    case access
    /// A number beyond what the register takes.
    case range
    /// A part of a register.
    case length
  }

  /// All bytes, the ones of no register included.
  private var bytes: [UInt8]
  private let registers: [ServoRegister]
  /// The register that each byte belongs to; -1 for none.
  private let owners: [Int]

  /// The memory of a new servo.
  init(_ registers: [ServoRegister], byteCount: Int) {
    self.registers = registers
    bytes = Array(repeating: 0, count: byteCount)
    var owners = Array(repeating: -1, count: byteCount)
    for (index, register) in registers.enumerated() {
      for byte in 0..<register.byteCount { owners[register.address + byte] = index }
    }
    self.owners = owners
    for register in registers { self[register.address] = register.initialValue }
  }

  /// The number in the register that begins at an address.
  subscript(address: Int) -> Int32 {
    get {
      let register = register(at: address)
      var bits: UInt32 = 0
      for byte in 0..<register.byteCount { bits |= UInt32(bytes[address + byte]) << (8 * byte) }
      return register.value(bits)
    }
    set {
      let register = register(at: address)
      let bits = register.bits(min(max(newValue, register.lowest), register.highest))
      for byte in 0..<register.byteCount {
        bytes[address + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte))
      }
    }
  }

  /// Whether the register that begins at an address takes a number.
  func holds(_ value: Int32, at address: Int) -> Bool {
    let register = register(at: address)
    return (register.lowest...register.highest).contains(value)
  }

  /// Bytes of the memory; `nil` when it ends before them.
  func bytes(at address: Int, count: Int) -> ArraySlice<UInt8>? {
    address + count <= bytes.count ? bytes[address..<(address + count)] : nil
  }

  /// Why bytes may not be written; `nil` when they may.
  ///
  /// - Parameter isKeptLocked: Whether what is kept without supply may not be written now.
  func refusal(writing data: ArraySlice<UInt8>, at address: Int, isKeptLocked: Bool) -> Refusal? {
    guard !data.isEmpty, address + data.count <= bytes.count else { return .length }
    var next = address
    while next < address + data.count {
      let owner = owners[next]
      guard owner >= 0 else {
        next += 1
        continue
      }
      let register = registers[owner]
      switch register.access {
      case .readOnly: return .access
      case .eeprom where isKeptLocked: return .access
      case .eeprom, .ram: break
      }
      guard register.address == next, next + register.byteCount <= address + data.count else {
        return .length
      }
      var bits: UInt32 = 0
      for byte in 0..<register.byteCount {
        bits |= UInt32(data[data.startIndex + next - address + byte]) << (8 * byte)
      }
      guard (register.lowest...register.highest).contains(register.value(bits)) else {
        return .range
      }
      next += register.byteCount
    }
    return nil
  }

  /// Writes bytes that ``refusal(writing:at:isKeptLocked:)`` has nothing against.
  mutating func store(_ data: ArraySlice<UInt8>, at address: Int) {
    for (offset, byte) in data.enumerated() { bytes[address + offset] = byte }
  }

  /// Gives registers that a new start forgets their first numbers.
  mutating func restart() {
    for register in registers {
      if case .ram = register.access { self[register.address] = register.initialValue }
    }
  }

  /// Gives every register its first number, but for some.
  mutating func resetToFactory(keeping kept: [Int]) {
    for register in registers where !kept.contains(register.address) {
      self[register.address] = register.initialValue
    }
  }

  private func register(at address: Int) -> ServoRegister {
    let owner = owners[address]
    precondition(owner >= 0 && registers[owner].address == address, "the address of a register")
    return registers[owner]
  }
}
