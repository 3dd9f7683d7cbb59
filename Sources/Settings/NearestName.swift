/// The name closest to a mistyped one; `nil` when none is close.
///
/// A name is close when the edit distance (insertions, deletions, replacements) is at most half its
/// length.
public func nearest(to text: String, among names: [String]) -> String? {
  let typed = Array(text.utf8.prefix(64))
  let candidates = names.map { (name: $0, distance: editDistance(typed, Array($0.utf8))) }
  guard let best = candidates.min(by: { $0.distance < $1.distance }),
    best.distance <= best.name.utf8.count / 2
  else { return nil }
  return best.name
}

/// The Levenshtein distance, computed row by row.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (index, byte) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let replaced = diagonal + (byte == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
    }
  }
  return row[right.count]
}
