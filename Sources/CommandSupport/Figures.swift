public import ArgumentParser

/// Figures that a command prints, as text for people and as JSON for programs.
public protocol Figures: Encodable {
  /// The figures for people.
  var text: String { get }
}

/// `--json`: the form in which a command prints its figures.
public struct FigureOptions: ParsableArguments {
  /// True for JSON.
  @Flag(help: "Print the figures as JSON.")
  public var json = false

  /// Text, unless the arguments say otherwise.
  public init() {}

  /// Prints figures in the form that was asked for.
  public func print(_ figures: some Figures) throws {
    try Report.print(json ? try Report.json(figures) : figures.text)
  }
}

/// The median of some numbers, of which there is at least one.
public func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
