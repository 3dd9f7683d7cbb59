import Foundation
import Testing

@Suite struct BoundaryTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Each module with the folder of its sources.
  private static func moduleFolders() throws -> [(module: String, folder: URL)] {
    let sources = root.appending(path: "Sources")
    let names = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
    return names.map { ($0, sources.appending(path: $0)) }
      + [("Loopback", root.appending(path: "sim/Loopback"))]
  }

  private static func swiftFiles(under folder: URL) -> [URL] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  @Test func imports_everySourceFile_followTheArrows() throws {
    var fileCount = 0
    for (module, folder) in try Self.moduleFolders() {
      for file in Self.swiftFiles(under: folder) {
        fileCount += 1
        let source = try String(contentsOf: file, encoding: .utf8)
        for imported in ModuleBoundaries.imports(in: source) {
          let fault = ModuleBoundaries.fault(importing: imported, from: module)
          #expect(fault == nil, "\(file.lastPathComponent)")
        }
      }
    }
    #expect(fileCount >= ModuleBoundaries.layer0.count, "the sources were not found")
  }

  /// Time is a parameter below the two commands; only `Realtime` knows the machine's clock.
  @Test func clocks_belowTheCommands_areParameters() throws {
    let reading =
      /MonotonicClock\.machine\b|WallClock\.|clock_gettime|ContinuousClock|DispatchTime|\bDate\(|CFAbsoluteTime|realtimeMonotonic/
    for (module, folder) in try Self.moduleFolders()
    where !["Realtime", "tarsus", "tarsus-lab"].contains(module) {
      for file in Self.swiftFiles(under: folder) {
        let source = try String(contentsOf: file, encoding: .utf8)
        #expect(source.firstMatch(of: reading) == nil, "\(file.lastPathComponent)")
      }
    }
  }

  /// What a program says goes through `StandardStreams`, which cannot stop or end it.
  @Test func output_everySourceFile_goesThroughOnePlace() throws {
    let writing = /FileHandle\.standard(Error|Output)|fputs\(|fwrite\(|[ {]print\(|debugPrint\(/
    for (module, folder) in try Self.moduleFolders()
    where !["Realtime", "CommandSupport"].contains(module) {
      for file in Self.swiftFiles(under: folder) {
        let source = try String(contentsOf: file, encoding: .utf8)
        #expect(source.firstMatch(of: writing) == nil, "\(file.lastPathComponent)")
      }
    }
  }

  @Test func manifest_everyModule_dependsAlongTheArrows() throws {
    let manifest = try String(
      contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
    let declaration = /(?:module|command)\(\s*"([^"]+)"\s*,\s*\[([^\]]*)\]/
    var moduleCount = 0
    for match in manifest.matches(of: declaration) {
      moduleCount += 1
      // A product is written with its package, which is no module.
      let dependencies = match.2.replacing(/package: "[^"]+"/, with: "")
      for dependency in dependencies.matches(of: /"([^"]+)"/) {
        let fault = ModuleBoundaries.fault(
          importing: String(dependency.1), from: String(match.1))
        #expect(fault == nil, "Package.swift")
      }
    }
    #expect(moduleCount >= 10, "the manifest is not written as this test reads it")
  }

  @Test func reach_robotSideCommand_holdsNothingOfTheDesk() {
    let reached = ModuleBoundaries.reach(of: "tarsus")
    #expect(reached.contains("CSerialPort"))
    #expect(reached.isDisjoint(with: ModuleBoundaries.deskOnly))
  }

  @Test func reach_loopback_holdsNoDriverOfTheHost() {
    let reached = ModuleBoundaries.reach(of: "Loopback")
    #expect(reached.isDisjoint(with: ["ServoDrivers", "SerialLink", "RobotControl"]))
  }

  @Test func imports_everyForm_isFound() {
    let source = """
      // import Comment
      import Plain
      internal import Leveled
      @testable import Attributed
      @preconcurrency public import Both.Submodule
      import struct Kind.Member
        import Indented; import Second
      let important = 1
      """
    #expect(
      ModuleBoundaries.imports(in: source)
        == ["Plain", "Leveled", "Attributed", "Both", "Kind", "Indented", "Second"])
  }

  @Test(arguments: [
    ("WireProtocol", "Foundation"), ("WireProtocol", "Glibc"), ("RobotDescription", "WireProtocol"),
    ("RobotControl", "Physics"), ("tarsus", "CMuJoCo"), ("Loopback", "ServoDrivers"),
    ("SerialLink", "Foundation"), ("ServoDrivers", "CSerialPort"), ("Unknown", "Glibc"),
  ])
  func fault_plantedImport_isReported(module: String, imported: String) {
    let source = "internal import \(imported)"
    let faults = ModuleBoundaries.imports(in: source)
      .compactMap { ModuleBoundaries.fault(importing: $0, from: module) }
    #expect(faults.count == 1)
  }
}
