/// What was found about one thing that a robot's run depends on.
struct Finding: Encodable, Equatable {
  /// What was looked at.
  let subject: String
  /// How it is.
  let found: String
  /// Whether that will do.
  let verdict: Verdict
  /// What makes it better; `nil` when nothing has to.
  let cure: String?

  enum Verdict: String, Encodable {
    /// As it should be.
    case good
    /// A run goes on, and could do better.
    case fair
    /// A run fails, or its timing cannot be relied upon.
    case bad
    /// This machine does not say.
    case unknown
  }

  init(_ subject: String, _ found: String, _ verdict: Verdict, cure: String? = nil) {
    self.subject = subject
    self.found = found
    self.verdict = verdict
    self.cure = cure
  }

  var text: String {
    "\(verdict.rawValue.padding(to: 7))  \(subject.padding(to: 20))  \(found)"
      + (cure.map { "\n" + String(repeating: " ", count: 31) + $0 } ?? "")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
