internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo set-id`: changes the ID of a servo.
struct ServoSetID: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "set-id",
    abstract: "Changes the ID of a servo, and checks that it answers.",
    discussion: """
      All new servos have ID 1: connect one at a time.

      Example:
        tarsus servo set-id 1 7 --port /dev/ttyUSB0 --protocol feetech
      """)

  @Argument(help: "The present ID of the servo.")
  var id: UInt8
  @Argument(help: "The new ID of the servo.")
  var new: UInt8
  @OptionGroup var line: ServoLineOptions
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    try line.check([id, new], for: kind)
    guard new != id else {
      throw Failure.report(
        "set-id: found \(new) twice, expected another ID than \(id)", Failure.wrongUse)
    }
    var link: Link = try line.open()
    let register = try line.ready(id, for: .id, on: &link)
    guard try line.isFree(new, on: &link) else {
      throw Failure.report(
        "servo \(new): a servo has this ID already; choose another", Failure.refused)
    }
    let consequence = line.behindBoard ? "; the board keeps searching for \(id)" : ""
    try consent.ask("give servo \(id) the ID \(new)\(consequence)")
    try line.naming(id) { () throws(ServoRequestError) in
      try link.move(register, to: Int32(new), of: id)
    }
    try line.naming(new) { () throws(ServoRequestError) in
      try link.confirm(Int32(new), in: register, of: new)
    }
    try Report.print("servo \(id) is servo \(new) now")
  }
}

/// `tarsus servo set-baud`: changes the baud rate of servos.
struct ServoSetBaud: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "set-baud",
    abstract: "Changes the baud rate of servos, and checks that they answer.",
    discussion: """
      Example:
        tarsus servo set-baud 1-12 2000000 --baud 57600 --port /dev/ttyUSB0 --protocol dynamixel
      """)

  @Argument(help: "IDs of servos, such as 3 or 1-12.")
  var ids: ServoIDs
  @Argument(help: "Bits per second.")
  var new: Int32
  @OptionGroup var line: ServoLineOptions
  @OptionGroup var consent: Consent

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    guard !line.behindBoard else {
      throw Failure.report(
        "set-baud: the board would lose its servos; connect them to an adapter, or set the "
          + "baud rate in the board's firmware", Failure.wrongUse)
    }
    try line.check(ids.ids, for: kind)
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
        "set-baud: found \(new), which is the rate of --baud; expected another", Failure.wrongUse)
    }
    // All are checked first: a line with two baud rates is hard to repair.
    try ready(kind)
    // An adapter without the new baud rate could not reach them again.
    _ = try line.open(baud: new) as Link
    try consent.ask("set servos \(ids.text) from \(line.baud) to \(new) bit/s")
    for id in ids.ids {
      try moveOne(id, number, kind)
      try Report.print("servo \(id): \(new) bit/s")
    }
  }

  private func ready<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    var link: Link = try line.open()
    for id in ids.ids { _ = try line.ready(id, for: .baudRate, on: &link) }
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

  /// Closes the port at its end: the next one has another baud rate.
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
  /// True when no servo answers to an ID.
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

  /// Checks that a servo answers and its torque is off.
  fileprivate func ready<Link: ServoLink & ~Copyable>(
    _ id: UInt8, for role: RegisterRole, on link: inout Link
  ) throws -> ServoRegister {
    try checkTorqueOff(id, on: &link)
    return Link.kind[role]
  }
}

extension ServoIDs {
  fileprivate var text: String { ids.map { "\($0)" }.joined(separator: ", ") }
}
