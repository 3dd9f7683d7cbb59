/// The arrows between modules, as the architecture draws them.
enum ModuleBoundaries {
  /// Modules of the package and of its dependencies that each module may import.
  static let arrows: [String: Set<String>] = [
    // Layer 0
    "WireProtocol": [],
    "RobotDescription": [],
    // The kernel is for hosts; boards run the Swift source alone.
    "PolicyNetwork": ["RobotDescription", "CLayerKernel"],
    // Robot side
    "Realtime": ["CRealtime"],
    "SerialLink": ["CSerialPort", "CTerminal", "Realtime"],
    "ServoDrivers": ["WireProtocol", "RobotDescription", "SerialLink", "Realtime"],
    "Telemetry": ["RobotDescription", "Realtime"],
    "RobotControl": [
      "ServoDrivers", "PolicyNetwork", "RobotDescription", "Telemetry", "Realtime",
    ],
    "Settings": ["Yams"],
    "RobotFiles": ["RobotDescription", "Settings", "Yams"],
    "CommandSupport": ["RobotDescription", "Realtime", "ArgumentParser"],
    "tarsus": [
      "WireProtocol", "RobotDescription", "PolicyNetwork", "Realtime", "SerialLink",
      "ServoDrivers", "Telemetry", "RobotControl", "Settings", "RobotFiles",
      "CommandSupport", "ArgumentParser", "Crypto",
    ],
    // Desk side
    "Physics": ["CMuJoCo"],
    "ParallelArrays": ["Realtime"],
    "Locomotion": ["Physics", "RobotDescription", "ParallelArrays"],
    "Training": [
      "Locomotion", "PolicyNetwork", "RobotDescription", "ParallelArrays", "Realtime", "CBLAS",
    ],
    "Exchange": ["PolicyNetwork", "RobotDescription", "SwiftProtobuf"],
    "Viewer": ["RobotDescription", "Physics"],
    "Loopback": [
      "WireProtocol", "RobotDescription", "Physics", "ParallelArrays", "CTerminal", "Realtime",
    ],
    "tarsus-lab": [
      "WireProtocol", "RobotDescription", "PolicyNetwork", "Realtime", "SerialLink",
      "ServoDrivers", "Telemetry", "RobotControl", "Settings", "RobotFiles",
      "CommandSupport", "Physics", "Locomotion", "Training", "Exchange", "Viewer", "Loopback",
      "ArgumentParser", "Yams",
    ],
  ]

  /// Plain values that run on a microcontroller: not even the C library.
  static let layer0: Set<String> = ["WireProtocol", "RobotDescription", "PolicyNetwork"]

  /// Modules in which Foundation's weight does no harm.
  static let foundationUsers: Set<String> = [
    "Settings", "RobotFiles", "CommandSupport", "tarsus", "tarsus-lab", "Training", "Locomotion",
    "Physics",
    "Exchange",
    "Viewer",
  ]

  /// What the robot must run without.
  static let deskOnly: Set<String> = [
    "CMuJoCo", "Physics", "ParallelArrays", "Locomotion", "Training", "Exchange", "Viewer",
    "Loopback",
  ]

  /// Says what is wrong with an import; `nil` when it follows an arrow.
  static func fault(importing imported: String, from module: String) -> String? {
    guard let allowed = arrows[module] else {
      return "\(module): not a module of the architecture; add it to the table first"
    }
    let system: Set<String> =
      layer0.contains(module)
      ? []
      : foundationUsers.contains(module)
        ? ["Foundation", "Glibc", "Synchronization"] : ["Glibc", "Synchronization"]
    if allowed.contains(imported) || system.contains(imported) { return nil }
    let list = allowed.union(system).sorted().joined(separator: ", ")
    return "\(module): imports \(imported); it may import \(list.isEmpty ? "nothing" : list)"
  }

  /// The modules that a source text imports, without their submodules, in order.
  static func imports(in source: String) -> [String] {
    let kinds: Set<Substring> = [
      "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]
    let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    return source.split(whereSeparator: { $0.isNewline || $0 == ";" }).compactMap { line in
      var words = line.split(whereSeparator: \.isWhitespace)[...]
      while let word = words.first, word.hasPrefix("@") || levels.contains(word) {
        words.removeFirst()
      }
      guard words.popFirst() == "import" else { return nil }
      if let word = words.first, kinds.contains(word) { words.removeFirst() }
      return words.first.map { String($0.prefix { $0 != "." }) }
    }
  }

  /// Every module that a module reaches over the arrows.
  static func reach(of module: String) -> Set<String> {
    var reached: Set<String> = []
    var open = [module]
    while let next = open.popLast() {
      for imported in arrows[next, default: []] where reached.insert(imported).inserted {
        open.append(imported)
      }
    }
    return reached
  }
}
