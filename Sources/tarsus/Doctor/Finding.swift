/// A finding about one thing that a run depends on.
struct Finding: Encodable, Equatable {
  /// The thing that was checked.
  let subject: String
  /// The state of it.
  let found: String
  /// The verdict.
  let verdict: Verdict
  /// The cure; `nil` when none is needed.
  let cure: String?

  enum Verdict: String, Encodable {
    /// Nothing to improve.
    case good
    /// A run works, and could do better.
    case fair
    /// A run fails, or its timing is not reliable.
    case bad
    /// This machine does not tell.
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
