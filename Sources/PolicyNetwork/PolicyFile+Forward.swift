internal import RobotDescription

extension PolicyFile {
  /// The actor: from an observation to the mean action.
  ///
  /// Real-time safe: no allocation, no locks, no I/O. The order of summation is fixed (eight lanes,
  /// then a tree), so every machine computes the same bits.
  ///
  /// - Parameters:
  ///   - observation: Shape `[observationWidth]`, as ``ObservationLayout`` builds it.
  ///   - action: Shape `[jointCount]` or longer, unitless; the first `jointCount` are overwritten.
  ///   - scratch: Working memory of at least ``scratchCount`` floats; its content is of no use.
  @_noAllocation
  public func forward(
    _ observation: borrowing Span<Float>, into action: inout MutableSpan<Float>,
    scratch: inout MutableSpan<Float>
  ) {
    precondition(observation.count == observationWidth, "one number per term of the observation")
    precondition(action.count >= contract.jointCount, "one action per joint")
    precondition(scratch.count >= Self.scratchCount, "scratch holds two layers")
    unsafe observation.withUnsafeBufferPointer { (observation) in
      unsafe action.withUnsafeMutableBufferPointer { (action) in
        unsafe scratch.withUnsafeMutableBufferPointer { (scratch) in
          unsafe forward(
            observation.baseAddress.unsafelyUnwrapped,
            into: action.baseAddress.unsafelyUnwrapped,
            scratch: scratch.baseAddress.unsafelyUnwrapped)
        }
      }
    }
  }

  /// The actor as above, for callers that keep the memory themselves.
  @_noAllocation
  public func forward(
    _ observation: UnsafePointer<Float>, into action: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    var input = unsafe scratch
    var output = unsafe scratch.advanced(by: Self.widthMax)
    unsafe normalise(observation, into: input)
    for index in 0..<layerCount {
      unsafe layer(layers[index], from: input, into: output)
      unsafe swap(&input, &output)
    }
    for joint in 0..<contract.jointCount { unsafe action[joint] = unsafe input[joint] }
  }

  #if !hasFeature(Embedded)
    /// Reads a policy and checks everything, its golden pairs included.
    ///
    /// - Parameter bytes: The whole file, aligned to 4 bytes; it must outlive the value.
    public init(verifying bytes: UnsafeRawBufferPointer) throws(PolicyFileError) {
      try unsafe self.init(validating: bytes)
      var scratch = [Float](repeating: 0, count: Self.scratchCount)
      var room = scratch.mutableSpan
      try verifyGolden(scratch: &room)
    }
  #endif

  /// Computes every golden pair again and compares bits.
  ///
  /// - Parameter scratch: Working memory of ``scratchCount`` floats.
  /// - Throws: ``PolicyFileError/goldenMismatch(pair:)``.
  public func verifyGolden(scratch: inout MutableSpan<Float>) throws(PolicyFileError) {
    let jointCount = contract.jointCount
    var values = JointValues(repeating: 0)
    for pair in 0..<goldenCount {
      let start = unsafe floats(at: goldenOffset) + pair * (observationWidth + jointCount)
      let observation = unsafe UnsafeBufferPointer(start: start, count: observationWidth)
      var action = values.mutableSpan
      unsafe forward(observation.span, into: &action, scratch: &scratch)
      for joint in 0..<jointCount {
        let expected = unsafe start[observationWidth + joint]
        guard action[joint].bitPattern == expected.bitPattern else {
          throw .goldenMismatch(pair: pair)
        }
      }
    }
  }

  @_noAllocation
  private func normalise(
    _ observation: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let means = unsafe floats(at: normaliserOffset)
    let factors = unsafe means.advanced(by: observationWidth)
    for index in 0..<observationWidth {
      let value = unsafe (observation[index] - means[index]) * factors[index]
      // In this order what is not a number stays so, and reaches the check of the actions.
      unsafe output[index] = min(max(value, -normaliserClip), normaliserClip)
    }
  }

  @_noAllocation
  private func layer(
    _ layer: Layer, from input: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let weights = unsafe floats(at: layer.weightsOffset)
    let biases = unsafe floats(at: layer.biasesOffset)
    for row in 0..<layer.outputCount {
      unsafe output[row] =
        dot(weights.advanced(by: row * layer.inputCount), input, count: layer.inputCount)
        + biases[row]
    }
    unsafe layer.activation.apply(
      to: UnsafeMutableBufferPointer(start: output, count: layer.outputCount))
  }

  @_noAllocation
  private func dot(
    _ left: UnsafePointer<Float>, _ right: UnsafeMutablePointer<Float>, count: Int
  ) -> Float {
    let leftBytes = unsafe UnsafeRawPointer(left)
    let rightBytes = UnsafeRawPointer(right)
    var lanes = SIMD8<Float>.zero
    let whole = count & ~7
    var index = 0
    while index < whole {
      let offset = index * MemoryLayout<Float>.stride
      lanes +=
        unsafe leftBytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        * rightBytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      index += 8
    }
    while index < count {
      lanes[index - whole] += unsafe left[index] * right[index]
      index += 1
    }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
