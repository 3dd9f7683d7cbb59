internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo monitor`: shows the state of servos live.
struct ServoMonitor: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Shows position, load, supply, temperature and errors of servos until Ctrl-C.",
    discussion: """
      It only reads: it does not change torque.

      Example:
        tarsus servo monitor 1-12 --port /dev/ttyUSB0 --protocol dynamixel
        tarsus servo monitor 3 --once --json --port /dev/ttyUSB0 --protocol feetech
      """)

  @Argument(help: "IDs of servos, such as 3 or 1-12 or 1,4,7-9.")
  var ids: ServoIDs
  @OptionGroup var line: ServoLineOptions
  @Flag(help: "Show one reading and end.")
  var once = false

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    try line.check(ids.ids, for: kind)
    var link: Link = try line.open()
    let redraws = StandardStreams.canRedraw && !line.json && !once
    var hasTold = false
    repeat {
      var rows: [ServoVitalFigures] = []
      for id in ids.ids where !StopSignals.isStopping {
        do throws(ServoRequestError) {
          rows.append(try ServoVitalFigures(of: id, on: &link))
        } catch {
          if case .bus = error { throw line.failure(id, error) }
          rows.append(ServoVitalFigures(id: id, problem: "\(error)"))
        }
      }
      if link.echoes && !hasTold { line.tellOfEcho() }
      hasTold = hasTold || link.echoes
      if line.json {
        try Report.print(json: rows)
      } else {
        let table = ([ServoVitalFigures.heading] + rows.map(\.text)).joined(separator: "\n")
        if redraws { try Report.redraw(table) } else { try Report.print(table) }
      }
      if once {
        if rows.contains(where: { $0.problem != nil }) { throw Failure.failed }
        return
      }
      MonotonicClock.machine.sleep(
        until: MonotonicClock.machine.nowNanoseconds + Self.pauseNanoseconds)
    } while !StopSignals.isStopping
  }

  private static let pauseNanoseconds: UInt64 = 200_000_000
}

/// The state of a servo.
struct ServoVitalFigures: Encodable {
  let id: UInt8
  var positionDegrees: Float?
  var load: Float?
  var loadUnit: String?
  var supplyVolts: Float?
  var heatCelsius: Float?
  var errors: [String]?
  var problem: String?

  init(id: UInt8, problem: String) {
    self.id = id
    self.problem = problem
  }

  init<Link: ServoLink & ~Copyable>(
    of id: UInt8, on link: inout Link
  ) throws(ServoRequestError) {
    let vitals = Link.vitals
    self.id = id
    func physical(_ register: ServoRegister) throws(ServoRequestError) -> Float {
      Float(try link.read(register, of: id)) * Float(register.unit.perCount)
    }
    positionDegrees = try physical(vitals.position)
    load = try physical(vitals.load)
    loadUnit = "\(vitals.load.unit.symbol)"
    supplyVolts = try physical(vitals.supply)
    heatCelsius = try physical(vitals.temperature)
    errors = vitals.errors(try link.read(vitals.errors, of: id))
  }

  static let heading = "servo  position       load  supply   temp  errors"

  var text: String {
    guard let positionDegrees, let load, let supplyVolts, let heatCelsius else {
      return String(format: "%5d  ", id) + (problem ?? "")
    }
    return String(
      format: "%5d  %7.1f°  %7.1f %@  %4.1f V  %2.0f °C  %@", id, positionDegrees, load,
      (loadUnit ?? "").padding(toLength: 2, withPad: " ", startingAt: 0), supplyVolts, heatCelsius,
      (errors ?? []).isEmpty ? "none" : (errors ?? []).joined(separator: ", "))
  }
}
