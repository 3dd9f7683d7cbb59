internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo read`: reads registers by name.
struct ServoRead: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Reads registers of a servo by name, with their units.",
    discussion: """
      Example:
        tarsus servo read 3 present_position present_temperature --port servo.port \\
          --protocol dynamixel
      """)

  @Argument(help: "The servo's ID.")
  var id: UInt8
  @Argument(help: "Names of registers; without one, all are read.")
  var registers: [String] = []
  @OptionGroup var line: ServoLineOptions

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let registers =
      try registers.isEmpty ? Link.kind.registers : registers.map { try Link.registerOrRefusal($0) }
    try line.check([id], for: kind)
    var link: Link = try line.open()
    var values: [RegisterFigures] = []
    for register in registers {
      let count = try line.naming(id) { () throws(ServoRequestError) in
        try link.read(register, of: id)
      }
      values.append(RegisterFigures(register, count))
      if !line.json { try Report.print("\(register.name): \(register.text(count))") }
    }
    if line.json { try Report.print(json: values) }
  }
}

/// `tarsus servo write`: writes one register by name.
struct ServoWrite: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Writes a register of a servo by name, and reads it back.",
    discussion: """
      The value is a whole number in the register's counts, or a number with the register's unit,
      such as 90deg or 5.5V. EEPROM is written after a question.

      Example:
        tarsus servo write 3 position_p_gain 800 --port servo.port --protocol dynamixel
        tarsus servo write 3 max_voltage_limit 6.5V --yes --port servo.port --protocol dynamixel
      """)

  @Argument(help: "The servo's ID.")
  var id: UInt8
  @Argument(help: "The register's name.")
  var register: String
  @Argument(parsing: .allUnrecognized, help: "The value.")
  var value: [String]
  @OptionGroup var line: ServoLineOptions
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let register = try Link.registerOrRefusal(register)
    let count = try count(register)
    try checkPurpose(register, count)
    try line.check([id], for: kind)
    var link: Link = try line.open()
    let found = try line.naming(id) { () throws(ServoRequestError) in
      try link.read(register, of: id)
    }
    // EEPROM wears out: it is not written with the value that it holds.
    if found != count {
      if case .eeprom = register.access {
        try consent.ask(
          "servo \(id): \(register.name) is in EEPROM: set it from \(register.text(found)) to "
            + "\(register.text(count))")
      }
      try line.naming(id) { () throws(ServoRequestError) in
        try link.write(count, to: register, of: id)
      }
    }
    if line.json { return try Report.print(json: RegisterFigures(register, count)) }
    try Report.print("\(register.name): \(register.text(count))")
  }

  /// Refuses registers of other tools, and values that would silence the servo.
  private func checkPurpose(_ register: ServoRegister, _ count: Int32) throws {
    switch "\(register.name)" {
    case "id", "baud_rate":
      throw Failure.report(
        "\(register.name): it changes the address of the servo; use 'tarsus servo set-id' or "
          + "'set-baud'", Failure.wrongUse)
    case "torque_enable" where count > 1:
      throw Failure.report(
        "torque_enable: found \(count), expected 0 or 1; 'tarsus servo calibrate' finds zeros",
        Failure.wrongUse)
    case "status_return_level" where count < 2, "response_status_level" where count < 1:
      throw Failure.report(
        "\(register.name): found \(count), at which a servo does not acknowledge writes; "
          + "expected \(register.highest)", Failure.wrongUse)
    default: break
    }
  }

  /// The value in the register's counts.
  private func count(_ register: ServoRegister) throws -> Int32 {
    let symbol = "\(register.unit.symbol)"
    // A space is allowed only before a unit.
    let text =
      value.count == 2 && value[1] == symbol ? value.joined() : value.joined(separator: " ")
    var count = Int32(text)
    if count == nil, !symbol.isEmpty, text.hasSuffix(symbol),
      let number = Float(text.dropLast(symbol.count).trimmingCharacters(in: .whitespaces))
    {
      count = Int32(exactly: (number / Float(register.unit.perCount)).rounded())
    }
    guard case .readOnly = register.access else {
      guard let count, (register.lowest...register.highest).contains(count) else {
        throw Failure.report(
          "\(register.name): found \(text), expected \(register.text(register.lowest)) to "
            + "\(register.text(register.highest))", Failure.wrongUse)
      }
      return count
    }
    throw Failure.report("\(register.name): it is read-only", Failure.wrongUse)
  }
}

extension ServoLink where Self: ~Copyable {
  /// The register of a name, or a refusal with similar names.
  fileprivate static func registerOrRefusal(_ name: String) throws -> ServoRegister {
    if let register = kind.register(named: name) { return register }
    let names = kind.registers.map { "\($0.name)" }
    let alike = names.filter { $0.contains(name) || name.contains($0) }
    throw Failure.report(
      "register: found '\(name)', expected one of "
        + (alike.isEmpty ? names : alike).joined(separator: ", "), Failure.wrongUse)
  }
}

private struct RegisterFigures: Encodable {
  let name: String
  let count: Int32
  let value: Float
  let unit: String

  init(_ register: ServoRegister, _ count: Int32) {
    name = "\(register.name)"
    self.count = count
    value = Float(count) * Float(register.unit.perCount)
    unit = "\(register.unit.symbol)"
  }
}
