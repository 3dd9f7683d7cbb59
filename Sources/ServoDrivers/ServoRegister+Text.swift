public import WireProtocol

extension ServoRegister {
  /// A value in its unit, with the register's count behind it.
  public func text(_ count: Int32) -> String {
    let symbol = "\(unit.symbol)"
    guard !symbol.isEmpty else { return "\(count)" }
    return "\(physical(count)) \(symbol) (\(count))"
  }

  /// A value in its unit, with as many digits as a count resolves.
  private func physical(_ count: Int32) -> String {
    // In single precision, so that 100.005 % is not rounded up.
    let perCount = Float(unit.perCount)
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
