public import PolicyNetwork
internal import RobotDescription

extension PolicyFile {
  /// A policy in memory that stays for ever, as its reader needs it.
  ///
  /// Its normaliser changes nothing, and its golden observations are zeros.
  ///
  /// - Parameter parameters: Of each layer the weights by row and then the biases.
  public static func resident(
    _ description: PolicyDescription, parameters: [Float]
  ) -> PolicyFile {
    let goldenCount = 16
    let width = description.contract.observation.width
    let normaliser = Array(repeating: 0, count: width) + Array(repeating: Float(1), count: width)
    let golden = [Float](repeating: 0, count: goldenCount * width)
    var scratch = [Float](repeating: 0, count: PolicyFile.scratchCount)
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: PolicyFile.byteCount(description, goldenCount: goldenCount), alignment: 16)
    do {
      return try unsafe normaliser.withUnsafeBufferPointer { (normaliser) in
        try unsafe parameters.withUnsafeBufferPointer { (parameters) in
          try unsafe golden.withUnsafeBufferPointer { (golden) in
            let numbers = unsafe PolicyNumbers(
              normaliser: normaliser, parameters: parameters, goldenObservations: golden)
            var span = scratch.mutableSpan
            try unsafe PolicyFile.write(description, numbers, into: bytes, scratch: &span)
            return try unsafe PolicyFile(validating: UnsafeRawBufferPointer(bytes))
          }
        }
      }
    } catch {
      preconditionFailure("a policy for tests: \(error)")
    }
  }
}
