internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo scan`: finds the servos on a line.
struct ServoScan: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Finds servos: every ID at every baud rate.",
    discussion: """
      All IDs and baud rates take about 50 s; --ids and --bauds shorten the scan. Ctrl-C ends it and
      shows the servos found so far.

      Example:
        tarsus servo scan --port /dev/ttyUSB0 --protocol feetech --ids 1-20
      """)

  @OptionGroup var line: ServoLineOptions
  @Option(help: "IDs to ask, such as 1-20; without it, all.")
  var ids: ServoIDs?
  @Option(help: "Baud rates to try, such as 57600,1000000; without it, all of these servos.")
  var bauds: String?

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let bauds = try bauds(of: kind)
    let ids = ids?.ids ?? Array(0...Link.family.idMax)
    try line.check(ids, for: kind)
    var found: [ServoFound] = []
    var hasTold = false
    defer { show("") }
    do {
      for (index, baud) in bauds.enumerated() where !StopSignals.isStopping {
        let echoes = try scan(
          kind, ids, baud, share: Double(index) / Double(bauds.count), into: &found)
        if echoes && !hasTold {
          show("")
          line.tellOfEcho()
        }
        hasTold = hasTold || echoes
      }
    } catch {
      // The servos found before the line failed are shown.
      try report(found)
      throw error
    }
    try report(found)
    if found.isEmpty && !StopSignals.isStopping {
      throw Failure.report(
        "port \(line.port): no servo answered; check power, cable and --protocol", Failure.failed)
    }
  }

  /// - Returns: True when the adapter echoes.
  private func scan<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ ids: [UInt8], _ baud: Int32, share: Double,
    into found: inout [ServoFound]
  ) throws -> Bool {
    var link: Link = try line.open(baud: baud)
    let before = found.count
    let silent = try ask(ids, &link, baud, share: share, into: &found)
    // When one servo answers, the others are asked again, since answers get lost.
    if found.count > before {
      _ = try ask(silent, &link, baud, share: share, into: &found)
      found[before...].sort { $0.id < $1.id }
    }
    return link.echoes
  }

  /// - Returns: The IDs that do not answer.
  private func ask<Link: ServoLink & ~Copyable>(
    _ ids: [UInt8], _ link: inout Link, _ baud: Int32, share: Double,
    into found: inout [ServoFound]
  ) throws -> [UInt8] {
    var silent: [UInt8] = []
    for id in ids where !StopSignals.isStopping {
      show(String(format: "%3.0f %%  %d bit/s, servo %d", 100 * share, baud, id))
      do throws(ServoRequestError) {
        let model = try link.model(of: id, patience: .scan(baud: baud))
        found.append(
          ServoFound(
            baud: line.behindBoard ? nil : baud, id: id, model: model,
            name: Link.family.models[model],
            problem: nil))
      } catch {
        switch error {
        case .silent: silent.append(id)
        case .bus: throw line.failure(id, error)
        default:
          found.append(
            ServoFound(
              baud: line.behindBoard ? nil : baud, id: id, model: nil, name: nil,
              problem: "\(error)"))
        }
      }
    }
    return silent
  }

  private func report(_ found: [ServoFound]) throws {
    show("")
    if line.json { return try Report.print(json: found) }
    for servo in found { try Report.print(servo.text) }
  }

  private func bauds<Link: ServoLink & ~Copyable>(of kind: Link.Type) throws -> [Int32] {
    if line.behindBoard {
      guard bauds == nil else {
        throw Failure.report(
          "--bauds: the board sets the baud rate of its servos; leave it out",
          Failure.wrongUse)
      }
      return [line.baud]
    }
    let known = Link.family.baudRates.map { Int32($0) }
    guard let bauds else { return known.sorted(by: >) }
    return try bauds.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let baud = Int32($0), known.contains(baud) else {
        throw Failure.report(
          "--bauds: found \($0), expected some of "
            + known.map { "\($0)" }.joined(separator: ", "), Failure.wrongUse)
      }
      return baud
    }
  }

  /// Shows the progress on one line.
  private func show(_ text: String) {
    if StandardStreams.hasStatusLine { StandardStreams.showStatus(text) }
  }
}

private struct ServoFound: Encodable {
  /// Bits per second; `nil` behind a board.
  let baud: Int32?
  let id: UInt8
  let model: UInt16?
  let name: String?
  let problem: String?

  var text: String {
    let what = model.map { "\(name ?? "unknown model") (\($0))" } ?? problem ?? ""
    return "servo \(id)\(baud.map { " at \($0) bit/s" } ?? ""): \(what)"
  }
}
