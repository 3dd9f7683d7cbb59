internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo set-id`: another number for a servo.
struct ServoSetID: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "set-id",
    abstract: "Gives a servo another number, and makes sure that it answers by it.",
    discussion: """
      New servos all have number 1: connect one at a time.

      Example:
        tarsus servo set-id 1 7 --port /dev/ttyUSB0 --protocol feetech
      """)

  @Argument(help: "The number that the servo has.")
  var id: UInt8
  @Argument(help: "The number that it is to have.")
  var new: UInt8
  @OptionGroup var line: ServoLineOptions
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    try line.check([id, new], for: kind)
    guard new != id else {
      throw Failure.report(
        "set-id: found \(new) twice, expected another number than \(id)", Failure.wrongUse)
    }
    var link: Link = try line.open()
    let register = try line.ready(id, for: .id, on: &link)
    guard try line.isFree(new, on: &link) else {
      throw Failure.report(
        "servo \(new): there is one with this number already; choose another", Failure.refused)
    }
    let consequence = line.behindBoard ? "; the board goes on looking for \(id)" : ""
    try consent.ask("give servo \(id) the number \(new)\(consequence)")
    try line.naming(id) { () throws(ServoRequestError) in
      try link.move(register, to: Int32(new), of: id)
    }
    try line.naming(new) { () throws(ServoRequestError) in
      try link.confirm(Int32(new), in: register, of: new)
    }
    try Report.print("servo \(id) is servo \(new) now")
  }
}

/// `tarsus servo set-baud`: another speed for servos.
struct ServoSetBaud: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "set-baud",
    abstract: "Gives servos another speed, and makes sure that they answer at it.",
    discussion: """
      Example:
        tarsus servo set-baud 1-12 2000000 --baud 57600 --port /dev/ttyUSB0 --protocol dynamixel
      """)

  @Argument(help: "Numbers of servos, such as 3 or 1-12.")
  var ids: ServoNumbers
  @Argument(help: "Bits per second.")
  var new: Int32
  @OptionGroup var line: ServoLineOptions
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    guard !line.behindBoard else {
      throw Failure.report(
        "set-baud: the board would lose its servos; connect them to an adapter, or set the speed in "
          + "the board's firmware", Failure.wrongUse)
    }
    try line.check(ids.numbers, for: kind)
    let register = Link.kind[.baudRate]
    let numbers = register.lowest...register.highest
    guard let number = numbers.first(where: { Link.family.baudRate($0) == UInt32(exactly: new) })
    else {
      let known = numbers.compactMap { Link.family.baudRate($0) }.map { "\($0)" }
      throw Failure.report(
        "set-baud: found \(new), expected one of \(known.joined(separator: ", "))",
        Failure.wrongUse)
    }
    guard new != line.baud else {
      throw Failure.report(
        "set-baud: found \(new), which --baud says that they have", Failure.wrongUse)
    }
    // All of them first: half a line at one speed and half at another is hard to mend.
    try ready(kind)
    // An adapter that has no such speed would never reach them again.
    _ = try line.open(baud: new) as Link
    try consent.ask("set servos \(ids.text) from \(line.baud) to \(new) bit/s")
    for id in ids.numbers {
      try moveOne(id, number, kind)
      try Report.print("servo \(id): \(new) bit/s")
    }
  }

  private func ready<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    var link: Link = try line.open()
    for id in ids.numbers { _ = try line.ready(id, for: .baudRate, on: &link) }
  }

  private func moveOne<Link: ServoLink & ~Copyable>(
    _ id: UInt8, _ number: Int32, _ kind: Link.Type
  ) throws {
    let register = try move(id, number, kind)
    var link: Link = try line.open(baud: new)
    try line.naming(id) { () throws(ServoRequestError) in
      try link.confirm(number, in: register, of: id)
    }
  }

  /// Closes the port at its end: the next has another speed.
  private func move<Link: ServoLink & ~Copyable>(
    _ id: UInt8, _ number: Int32, _ kind: Link.Type
  ) throws -> ServoRegister {
    var link: Link = try line.open()
    let register = try line.ready(id, for: .baudRate, on: &link)
    try line.naming(id) { () throws(ServoRequestError) in
      try link.move(register, to: number, of: id)
    }
    return register
  }
}

extension ServoLineOptions {
  /// Whether no servo answers by a number.
  fileprivate func isFree<Link: ServoLink & ~Copyable>(
    _ id: UInt8, on link: inout Link
  ) throws -> Bool {
    try naming(id) { () throws(ServoRequestError) in
      do throws(ServoRequestError) {
        _ = try link.model(of: id, patience: .usual)
      } catch {
        if case .bus = error { throw error }
        return error == .silent
      }
      return false
    }
  }

  /// Makes sure that a servo is there and holds nothing.
  fileprivate func ready<Link: ServoLink & ~Copyable>(
    _ id: UInt8, for role: RegisterRole, on link: inout Link
  ) throws -> ServoRegister {
    let isHolding = try naming(id) { () throws(ServoRequestError) in
      try link.read(Link.kind[.torqueEnable], of: id) != 0
    }
    guard !isHolding else {
      throw Failure.report(
        "servo \(id): it holds; what it keeps can be written only while its torque is off: "
          + "'tarsus servo write \(id) torque_enable 0\(behindBoard ? " --behind-board" : "")' lets it "
          + "go", Failure.refused)
    }
    return Link.kind[role]
  }
}

extension ServoNumbers {
  fileprivate var text: String { numbers.map { "\($0)" }.joined(separator: ", ") }
}
