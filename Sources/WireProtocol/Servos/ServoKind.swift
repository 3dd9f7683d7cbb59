/// A kind of servo whose registers are known.
///
/// A new kind of a known family is a file like `XL330.swift` and its lines in the lists here.
public enum ServoKind: Sendable {
  /// XL330 by ROBOTIS.
  case xl330
  /// STS3215 by Feetech.
  case sts3215

  /// The register of a role; `nil` when these servos have none.
  @_noAllocation
  public func register(_ role: RegisterRole) -> ServoRegister? {
    switch self {
    case .xl330: XL330.register(role)
    case .sts3215: STS3215.register(role)
    }
  }

  /// Facts about these servos beside their registers.
  public var facts: ServoFacts {
    @_noAllocation get {
      switch self {
      case .xl330: XL330.facts
      case .sts3215: STS3215.facts
      }
    }
  }

  /// The register of a role that these servos have.
  public subscript(role: RegisterRole) -> ServoRegister {
    @_noAllocation get {
      guard let register = register(role) else { preconditionFailure("no register of this role") }
      return register
    }
  }

  /// Protocol and order of registers.
  public var family: ServoFamily { @_noAllocation get { facts.family } }

  /// Registers that the control loop reads and writes.
  public var tick: ServoTick { @_noAllocation get { ServoTick(self) } }
}

/// Facts about a kind of servo beside its registers.
public struct ServoFacts: Sendable {
  /// Protocol and order of registers.
  public let family: ServoFamily
  /// Models with these registers.
  public let models: InlineArray<4, ServoModel?>
  /// Bytes of the memory that requests can reach.
  public let byteCount: Int
  /// Registers that gather others into one block; `nil` when these servos have none.
  public let indirect: IndirectAddresses?
  /// Current of the stalled motor at nominal supply.
  public let stallMilliamperes: Float

  @_noAllocation
  init(
    family: ServoFamily, models: InlineArray<4, ServoModel?>, byteCount: Int,
    indirect: IndirectAddresses?, stallMilliamperes: Float
  ) {
    self.family = family
    self.models = models
    self.byteCount = byteCount
    self.indirect = indirect
    self.stallMilliamperes = stallMilliamperes
  }
}

/// A model of servo, as its model register and its maker call it.
public struct ServoModel: Sendable {
  /// Value of the model register.
  public let number: UInt16
  /// The maker's name.
  public let name: StaticString

  @_noAllocation
  init(_ number: UInt16, _ name: StaticString) {
    self.number = number
    self.name = name
  }
}

/// Registers that make bytes from anywhere in the memory readable as one block.
public struct IndirectAddresses: Sendable {
  /// Start of the addresses, two bytes each.
  public let addresses: Int
  /// Start of the bytes that they name.
  public let data: Int
  /// Number of addresses and of bytes.
  public let count: Int

  @_noAllocation
  init(addresses: Int, data: Int, count: Int) {
    self.addresses = addresses
    self.data = data
    self.count = count
  }
}

#if !hasFeature(Embedded)
  extension ServoKind: CaseIterable {
    /// All registers, in the order of their addresses.
    public var registers: [ServoRegister] {
      RegisterRole.allCases.compactMap(register).sorted { $0.address < $1.address }
    }

    /// Registers of the block that a tick reads, in its order.
    public var tickRegisters: [ServoRegister] {
      sequence(state: 0) { index in
        defer { index += 1 }
        return family.tickRole(at: index)
      }.map { self[$0] }
    }

    /// The register with the vendor's name; `nil` when these servos have none.
    public func register(named name: String) -> ServoRegister? {
      registers.first { "\($0.name)" == name }
    }

    /// Names of the models with these registers, by the value of the model register.
    public var models: [UInt16: String] {
      let models = facts.models
      return models.indices.reduce(into: [:]) { names, index in
        if let model = models[index] { names[model.number] = "\(model.name)" }
      }
    }
  }

  extension ServoFamily {
    /// Known kinds of this family; there is at least one.
    public var kinds: [ServoKind] { ServoKind.allCases.filter { $0.family == self } }

    /// The known kind with a model; `nil` for another model.
    public func kind(ofModel number: UInt16) -> ServoKind? {
      kinds.first { $0.models[number] != nil }
    }

    /// Names of the models of the known kinds, by the value of the model register.
    public var models: [UInt16: String] {
      kinds.reduce(into: [:]) { names, kind in names.merge(kind.models) { $1 } }
    }

    /// Name of a model of this family; `nil` for another model.
    ///
    /// It knows some models whose registers are not described here, to name them in messages.
    public func modelName(_ number: UInt16) -> String? {
      switch (self, number) {
      case (.dynamixel, 1_020): "XM430-W350"
      case (.dynamixel, 1_060): "XL430-W250"
      default: models[number]
      }
    }
  }
#endif
