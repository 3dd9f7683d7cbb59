/// The modules as the table in `Sources/README.md` has them, with what each may import.
struct ModuleTable {
  /// One row's module.
  struct Module: Equatable {
    /// The heading above the row.
    var group: Group
    /// Modules of the package and of its dependencies; `nil` where the row names `Package.swift`.
    var imports: Set<String>?
    /// `true` where Foundation's weight does no harm.
    var mayUseFoundation: Bool
  }

  /// A group of modules, in the order of the layers.
  enum Group: String, CaseIterable {
    case plain = "Plain values"
    case cBoundary = "C boundaries"
    case robot = "Robot side"
    case desk = "Desk side"
  }

  /// Modules by name.
  private(set) var modules: [String: Module] = [:]

  /// Reads the table: rows of three cells, whose first has names in backticks or a group's heading.
  init(readme: String) {
    var group: Group?
    for line in readme.split(separator: "\n") where line.hasPrefix("|") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        .dropLast()
      guard cells.count == 3, let first = cells.first, let last = cells.last else { continue }
      if first.hasPrefix(" **") {
        group = Group.allCases.first { first.hasPrefix(" **\($0.rawValue)") }
        continue
      }
      guard let group else { continue }
      let isElsewhere = last.contains("Package.swift")
      for name in Self.names(in: first) {
        modules[name] = Module(
          group: group, imports: isElsewhere ? nil : Set(Self.names(in: last)),
          mayUseFoundation: isElsewhere || last.contains("Foundation"))
      }
    }
  }

  /// Words in backticks that can be the name of a module.
  private static func names(in cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 && $0.element.allSatisfy { $0.isLetter || $0 == "-" } }
      .map { String($0.element) }
  }

  /// Names of the modules of some groups.
  func names(of groups: Group...) -> Set<String> {
    Set(modules.filter { groups.contains($0.value.group) }.keys)
  }

  /// Says what is wrong with an import; `nil` when it follows an arrow.
  func fault(importing imported: String, from name: String) -> String? {
    guard let module = modules[name] else {
      return "\(name): not in the table of Sources/README.md; add it there first"
    }
    var allowed = module.imports ?? []
    if module.group != .plain { allowed.formUnion(["Glibc", "Synchronization"]) }
    if module.mayUseFoundation { allowed.insert("Foundation") }
    if allowed.contains(imported) { return nil }
    let list = allowed.sorted().joined(separator: ", ")
    return "\(name): imports \(imported); it may import \(list.isEmpty ? "nothing" : list)"
  }

  /// Takes what the rows leave to `Package.swift` from there.
  mutating func complete(with manifest: PackageManifest) {
    for (name, dependencies) in manifest.dependencies where modules[name]?.imports == nil {
      modules[name]?.imports = dependencies
    }
  }

  /// Every module that a module reaches over the arrows.
  func reach(of name: String) -> Set<String> {
    var reached: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      for imported in modules[next]?.imports ?? [] where reached.insert(imported).inserted {
        open.append(imported)
      }
    }
    return reached
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
}

/// The modules and commands of `Package.swift` with their dependencies.
struct PackageManifest {
  /// Dependencies by target: modules, and products by their names.
  private(set) var dependencies: [String: Set<String>] = [:]

  /// Reads declarations of the form `module("Name", ["Dependency", …])` or `command(…)`.
  init(_ text: String) {
    let declaration = /(?:module|command)\(\s*"([^"]+)"\s*(?:,\s*\[([^\]]*)\]|,|\))/
    for match in text.matches(of: declaration) {
      // A product is written with its package, which is no module.
      let list = (match.2 ?? "").replacing(/package: "[^"]+"/, with: "")
      let names = list.matches(of: /"([^"]+)"/).map { String($0.1) }
      dependencies[String(match.1)] = Set(names)
    }
    // Every command parses its arguments; the manifest adds the product by itself.
    for match in text.matches(of: /command\(\s*"([^"]+)"/) {
      dependencies[String(match.1)]?.insert("ArgumentParser")
    }
  }
}
