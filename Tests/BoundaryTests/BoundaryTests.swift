import Foundation
import Testing

@Suite struct BoundaryTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func manifest() throws -> PackageManifest {
    PackageManifest(try text("Package.swift"))
  }

  private static func table() throws -> ModuleTable {
    var table = ModuleTable(readme: try text("Sources/README.md"))
    table.complete(with: try manifest())
    return table
  }

  /// Each module with the text of its files, by name.
  private static func modules() throws -> [String: [String: String]] {
    let sources = root.appending(path: "Sources")
    let names = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .filter { !$0.hasSuffix(".md") }
    var folders = Dictionary(uniqueKeysWithValues: names.map { ($0, sources.appending(path: $0)) })
    folders["Loopback"] = root.appending(path: "sim/Loopback")
    return try folders.mapValues { folder in
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      let sources = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      return try Dictionary(
        uniqueKeysWithValues: sources.map {
          ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
        })
    }
  }

  @Test func table_everyFolder_hasItsRow() throws {
    #expect(Set(try Self.table().modules.keys) == Set(try Self.modules().keys))
  }

  @Test func imports_everySourceFile_followTheTable() throws {
    let table = try Self.table()
    for (module, files) in try Self.modules() {
      for (file, source) in files {
        for imported in ModuleTable.imports(in: source) {
          #expect(table.fault(importing: imported, from: module) == nil, "\(file)")
        }
      }
    }
  }

  /// An arrow that nothing needs would let in what nobody has decided.
  @Test func table_everyArrow_isUsed() throws {
    let modules = try Self.modules()
    for (name, module) in try Self.table().modules where module.group != .cBoundary {
      let imported = Set((modules[name] ?? [:]).values.flatMap(ModuleTable.imports))
      let unused = (module.imports ?? []).subtracting(imported)
      #expect(unused.isEmpty, "\(name) imports \(unused.sorted()) in no file")
      if module.mayUseFoundation {
        #expect(imported.contains("Foundation"), "\(name) imports Foundation in no file")
      }
    }
  }

  @Test func manifest_everyModule_dependsAsTheTableSays() throws {
    let dependencies = try Self.manifest().dependencies
    let table = try Self.table()
    for (name, module) in table.modules where module.group != .cBoundary {
      #expect(dependencies[name] == module.imports, "Package.swift differs in \(name)")
    }
  }

  @Test func reach_robotSideCommand_holdsNothingOfTheDesk() throws {
    let table = try Self.table()
    let reached = table.reach(of: "tarsus")
    #expect(reached.contains("CSerialPort"))
    #expect(reached.isDisjoint(with: table.names(of: .desk).union(["CMuJoCo", "CBLAS"])))
  }

  @Test func reach_loopback_holdsNoDriverOfTheHost() throws {
    let reached = try Self.table().reach(of: "Loopback")
    #expect(reached.contains("CMuJoCo"))
    #expect(reached.isDisjoint(with: ["ServoDrivers", "SerialLink", "RobotControl"]))
  }

  /// Time is a parameter below the two commands; only `Realtime` knows the machine's clock.
  @Test func clocks_belowTheCommands_areParameters() throws {
    let ours = /MonotonicClock\.machine\b|WallClock\.|realtimeMonotonic/
    let others = /clock_gettime|ContinuousClock|DispatchTime|\bDate\(|CFAbsoluteTime/
    for (module, files) in try Self.modules()
    where !["Realtime", "tarsus", "tarsus-lab"].contains(module) {
      for (file, source) in files {
        #expect(source.firstMatch(of: ours) == nil, "\(module)/\(file)")
        #expect(source.firstMatch(of: others) == nil, "\(module)/\(file)")
      }
    }
  }

  /// Text for people goes through `StandardStreams`, which cannot stop or end a program.
  @Test func output_everySourceFile_goesThroughOnePlace() throws {
    let writing = /FileHandle\.standard(Error|Output)|fputs\(|fwrite\(|[ {]print\(|debugPrint\(/
    for (module, files) in try Self.modules()
    where !["Realtime", "CommandSupport"].contains(module) {
      for (file, source) in files {
        #expect(source.firstMatch(of: writing) == nil, "\(module)/\(file)")
      }
    }
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
      ModuleTable.imports(in: source)
        == ["Plain", "Leveled", "Attributed", "Both", "Kind", "Indented", "Second"])
  }

  @Test(arguments: [
    ("WireProtocol", "Foundation"), ("WireProtocol", "Glibc"), ("RobotDescription", "WireProtocol"),
    ("RobotControl", "Physics"), ("tarsus", "CMuJoCo"), ("Loopback", "ServoDrivers"),
    ("SerialLink", "Foundation"), ("ServoDrivers", "CSerialPort"), ("Unknown", "Glibc"),
  ])
  func fault_plantedImport_isReported(module: String, imported: String) throws {
    let source = "internal import \(imported)"
    let table = try Self.table()
    let faults = ModuleTable.imports(in: source)
      .compactMap { table.fault(importing: $0, from: module) }
    #expect(faults.count == 1)
  }
}
