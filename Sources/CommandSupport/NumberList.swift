/// Reads whole numbers such as `3`, `1-12` or `1,4,7-9`, in the order of the text.
///
/// - Parameters:
///   - most: The largest number.
///   - spanMax: The most numbers in one span such as `1-12`.
/// - Returns: `nil` when the text is not such a list.
public func numberList<Number: FixedWidthInteger & UnsignedInteger>(
  _ text: String, to most: Number = .max, spanMax: Int = 1_000
) -> [Number]? where Number.Stride: SignedInteger {
  var numbers: [Number] = []
  for part in text.split(separator: ",", omittingEmptySubsequences: false) {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Number($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
      first <= last, last <= most, last - first < spanMax
    else { return nil }
    numbers += first...last
  }
  return numbers
}
