internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import Realtime
internal import ServoDrivers
internal import WireProtocol

/// `tarsus servo scan`: who is on the line.
struct ServoScan: ServoTool {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Looks for servos: every number at every speed.",
    discussion: """
      Every number and speed take some 50 s; --ids and --bauds make it shorter. Ctrl-C ends it and
      shows what was found so far.

      Example:
        tarsus servo scan --port /dev/ttyUSB0 --protocol feetech --ids 1-20
      """)

  @OptionGroup var line: ServoLineOptions
  @Option(help: "Numbers to ask, such as 1-20; without it all.")
  var ids: ServoNumbers?
  @Option(help: "Speeds to try, such as 57600,1000000; without it all that these servos have.")
  var bauds: String?

  func work<Link: ServoLink & ~Copyable>(_ kind: Link.Type) throws {
    let bauds = try bauds(of: kind)
    let ids = ids?.numbers ?? Array(0...Link.family.idMax)
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
      // What was found before the line failed is not lost.
      try report(found)
      throw error
    }
    try report(found)
    if found.isEmpty && !StopSignals.isStopping {
      throw Failure.report(
        "port \(line.port): no servo answered; check power, cable and --protocol", Failure.failed)
    }
  }

  /// - Returns: Whether the adapter sends back what it is sent.
  private func scan<Link: ServoLink & ~Copyable>(
    _ kind: Link.Type, _ ids: [UInt8], _ baud: Int32, share: Double,
    into found: inout [ServoFound]
  ) throws -> Bool {
    var link: Link = try line.open(baud: baud)
    let before = found.count
    let silent = try ask(ids, &link, baud, share: share, into: &found)
    // Beside one that answers, others are worth a second question: answers get lost.
    if found.count > before {
      _ = try ask(silent, &link, baud, share: share, into: &found)
      found[before...].sort { $0.id < $1.id }
    }
    return link.echoes
  }

  /// - Returns: The numbers by which nobody answers.
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
          "--bauds: servos behind a board have the speed that the board gives them; leave it out",
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

  /// The one line that says how far it is.
  private func show(_ text: String) {
    guard StandardStreams.hasStatusLine else { return }
    // A line that wrapped could not be written over.
    StandardStreams.showStatus(String(text.prefix(StandardStreams.columns - 1)))
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
