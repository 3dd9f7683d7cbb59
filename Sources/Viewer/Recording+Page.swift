internal import Foundation
internal import Physics

/// An error of a page that cannot be made.
public enum PageError: Error, Equatable, CustomStringConvertible {
  /// The page is larger than ``Recording/byteCountMax``.
  case tooLarge(byteCount: Int, seconds: Double)
  /// A frame has other parts, joints or feet than the first one.
  case framesDiffer(frame: Int)
  /// The recording has no frame.
  case empty

  /// One sentence: what was found, what was expected, the cure.
  public var description: String {
    switch self {
    case .tooLarge(let byteCount, let seconds):
      "page: found \(byteCount) bytes for \(seconds) s, expected at most "
        + "\(Recording.byteCountMax); record less with --duration"
    case .framesDiffer(let frame): "page: frame \(frame) has other parts than the first"
    case .empty: "page: found no frame, expected at least one; record longer with --duration"
    }
  }
}

extension Recording {
  /// Size of the largest page, in bytes; mail and issue trackers take as much.
  public static let byteCountMax = 2_000_000

  /// The recording as one HTML file that needs nothing else.
  ///
  /// - Throws: ``PageError``.
  public func page() throws -> String {
    guard !frames.isEmpty else { throw PageError.empty }
    let data = try JSONEncoder.page.encode(PageData(self))
    // Within a script, what looks like a tag would end it.
    let json = String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
    let title = name.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    let scripts = [
      PackageResources.scene_js, PackageResources.charts_js, PackageResources.page_js,
    ]
    let page = Self.filled([
      ("TITLE", title), ("STYLE", Self.text(PackageResources.page_css)), ("RECORDING", json),
      ("SCRIPT", scripts.map(Self.text).joined(separator: "\n")),
    ])
    guard page.utf8.count <= Self.byteCountMax else {
      throw PageError.tooLarge(
        byteCount: page.utf8.count, seconds: Double(frames.count) * scene.tickSeconds)
    }
    return page
  }

  /// Fills in the marks of the template, in their order.
  ///
  /// Marks are searched in the template alone: no filled-in text is ever taken for one.
  private static func filled(_ texts: [(mark: String, text: String)]) -> String {
    let template = text(PackageResources.page_html)
    var page = ""
    var start = template.startIndex
    for (mark, text) in texts {
      guard let range = template[start...].firstRange(of: mark) else {
        preconditionFailure("page.html has no \(mark) where it is expected")
      }
      page += template[start..<range.lowerBound] + text
      start = range.upperBound
    }
    return page + template[start...]
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONEncoder {
  fileprivate static var page: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return encoder
  }
}

/// The data that the page's script reads.
private struct PageData: Encodable {
  let name: String
  let facts: [String]
  let tickSeconds: Double
  let joints: [String]
  let feet: [String]
  let shapes: [SceneShape]
  let groups: [Group]
  /// The frames' numbers in the order of the groups, as little-endian `Float` in base 64.
  let frames: String
  let curves: [String: [Double?]]?

  /// A group of numbers in each frame.
  struct Group: Encodable, Equatable {
    let name: String
    let width: Int
  }

  init(_ recording: Recording) throws {
    name = recording.name
    facts = recording.facts
    tickSeconds = recording.scene.tickSeconds
    joints = recording.scene.jointNames
    feet = recording.scene.footNames
    shapes = recording.scene.shapes
    curves = recording.curves?.columns
    let groups = Self.groups(recording.frames[0])
    self.groups = groups.map { Group(name: $0.name, width: $0.numbers.count) }
    var bytes = Data()
    for (index, frame) in recording.frames.enumerated() {
      let found = Self.groups(frame)
      guard found.map(\.numbers.count) == groups.map(\.numbers.count) else {
        throw PageError.framesDiffer(frame: index)
      }
      for number in found.flatMap(\.numbers) {
        unsafe withUnsafeBytes(of: number.bitPattern.littleEndian) {
          unsafe bytes.append(contentsOf: $0)
        }
      }
    }
    frames = bytes.base64EncodedString()
  }

  private static func groups(_ frame: SceneFrame) -> [(name: String, numbers: [Float])] {
    [
      ("parts", frame.partPoses), ("angles", frame.jointAngles), ("targets", frame.jointTargets),
      ("velocity", frame.velocity), ("command", frame.command),
      ("feet", frame.feet.map { $0 ? 1 : 0 }),
    ]
  }
}
