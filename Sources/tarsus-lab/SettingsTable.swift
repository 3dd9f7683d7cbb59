internal import Settings

/// All settings of a training as tables in Markdown: the section of settings of `sim/README.md`.
enum SettingsTable {
  static func markdown() throws -> String {
    let defaults = try RunConfiguration.defaults(name: "spider")
    var lines: [String] = []
    var section: Substring?
    for description in RunConfiguration.descriptions {
      let parts = description.key.split(separator: ".")
      let name = parts.dropLast().joined(separator: ".")
      if name[...] != section {
        section = name[...]
        lines += [
          "", name.isEmpty ? "### The training" : "### `\(name)`", "",
          "| key | meaning | unit | range | default |", "|---|---|---|---|---|",
        ]
      }
      let value = try defaults.text(at: parts.map(String.init)) ?? ""
      lines.append(
        "| `\(parts.last ?? "")` | \(description.meaning) | \(description.unit ?? "") "
          + "| \(description.range) | `\(value)` |")
    }
    return lines.dropFirst().joined(separator: "\n") + "\n"
  }
}
