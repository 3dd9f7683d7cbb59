public import WireProtocol

extension ServoRegister {
  /// A number with its unit, and as the register has it.
  public func text(_ count: Int32) -> String {
    let symbol = "\(unit.symbol)"
    guard !symbol.isEmpty else { return "\(count)" }
    return "\(physical(count)) \(symbol) (\(count))"
  }

  /// A number in its unit, with no more digits than it has.
  private func physical(_ count: Int32) -> String {
    let perCount = unit.perCount
    let digits = perCount >= 1 && perCount == perCount.rounded() ? 0 : perCount < 0.05 ? 3 : 2
    let scale: Int64 = [1, 10, 100, 1_000][digits]
    let scaled = Int64((Double(count) * Double(perCount) * Double(scale)).rounded())
    let sign = scaled < 0 ? "-" : ""
    let (whole, part) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(part)"
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole).\(zeros)\(fraction)"
  }
}
