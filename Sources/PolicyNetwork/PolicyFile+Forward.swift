internal import RobotDescription

#if !hasFeature(Embedded)
  internal import CLayerKernel
#endif

extension PolicyFile {
  /// Runs the actor: computes the mean action for an observation.
  ///
  /// Real-time safe: no allocation, no locks, no I/O. The order of summation is fixed (sixteen
  /// lanes, then a tree): every machine computes the same bits.
  ///
  /// - Parameters:
  ///   - observation: Shape `[observationWidth]`, as ``ObservationLayout`` builds it.
  ///   - action: Shape `[jointCount]` or longer, unitless; the first `jointCount` are overwritten.
  ///   - scratch: Working memory of at least ``scratchCount`` floats.
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

  /// Runs the actor for callers that keep the memory themselves.
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
    /// Reads a policy and checks all of it, including its golden pairs.
    ///
    /// - Parameter bytes: The whole file, aligned to 4 bytes; it must outlive the value.
    public init(verifying bytes: UnsafeRawBufferPointer) throws(PolicyFileError) {
      try unsafe self.init(validating: bytes)
      var scratch = [Float](repeating: 0, count: Self.scratchCount)
      var room = scratch.mutableSpan
      try verifyGolden(scratch: &room)
    }
  #endif

  /// Recomputes every golden pair and compares all bits.
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
      // This order keeps NaN, which the check of the actions then finds.
      unsafe output[index] = min(max(value, -normaliserClip), normaliserClip)
    }
  }

  @_noAllocation
  private func layer(
    _ layer: Layer, from input: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    // Groups of sixteen: a row's last group may reach behind the row. Those weights are finite
    // numbers of the file, and are multiplied by zeros.
    var padding = layer.inputCount
    while padding & 15 != 0 {
      unsafe input[padding] = 0
      padding += 1
    }
    let weights = unsafe floats(at: layer.weightsOffset)
    let biases = unsafe floats(at: layer.biasesOffset)
    #if hasFeature(Embedded)
      unsafe Self.sums(
        weights, biases, input, inputCount: layer.inputCount, into: output, layer.outputCount)
    #else
      unsafe layerKernelSums(
        weights, biases, input, layer.inputCount, output, layer.outputCount)
    #endif
    unsafe layer.activation.apply(
      to: UnsafeMutableBufferPointer(start: output, count: layer.outputCount))
  }

  /// Computes a layer's sums before activation: the reference for the kernel for wide vectors.
  ///
  /// The kernel equals it in every bit.
  ///
  /// - Parameters:
  ///   - weights: Shape `[outputCount, inputCount]`.
  ///   - input: Padded with zeros to a multiple of sixteen.
  @_noAllocation
  static func sums(
    _ weights: UnsafePointer<Float>, _ biases: UnsafePointer<Float>,
    _ input: UnsafePointer<Float>, inputCount count: Int,
    into output: UnsafeMutablePointer<Float>, _ outputCount: Int
  ) {
    let padding = (count + 15) & ~15
    // Four rows at once hide the latency of the additions.
    var row = 0
    while row + 4 <= outputCount {
      let first = unsafe weights.advanced(by: row * count)
      let sums = unsafe fourDots(first, stride: count, input, count: padding)
      for place in 0..<4 { unsafe output[row + place] = sums[place] + biases[row + place] }
      row += 4
    }
    while row < outputCount {
      unsafe output[row] =
        dot(weights.advanced(by: row * count), input, count: padding) + biases[row]
      row += 1
    }
  }

  /// Dot products of four rows that are `stride` numbers apart, summed as in ``dot(_:_:count:)``.
  @_noAllocation
  @inline(__always)
  private static func fourDots(
    _ rows: UnsafePointer<Float>, stride: Int, _ input: UnsafePointer<Float>, count: Int
  ) -> SIMD4<Float> {
    let (second, third) = unsafe (rows.advanced(by: stride), rows.advanced(by: 2 * stride))
    let fourth = unsafe rows.advanced(by: 3 * stride)
    var (a, b) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    var (c, d) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    var index = 0
    while index < count {
      let x = unsafe sixteen(input, index)
      a += unsafe sixteen(rows, index) * x
      b += unsafe sixteen(second, index) * x
      c += unsafe sixteen(third, index) * x
      d += unsafe sixteen(fourth, index) * x
      index += 16
    }
    return SIMD4(sum(a), sum(b), sum(c), sum(d))
  }

  @_noAllocation
  @inline(__always)
  private static func dot(
    _ row: UnsafePointer<Float>, _ input: UnsafePointer<Float>, count: Int
  ) -> Float {
    var lanes = SIMD16<Float>.zero
    var index = 0
    while index < count {
      lanes += unsafe sixteen(row, index) * sixteen(input, index)
      index += 16
    }
    return sum(lanes)
  }

  @_noAllocation
  @inline(__always)
  private static func sixteen(_ numbers: UnsafePointer<Float>, _ index: Int) -> SIMD16<Float> {
    unsafe UnsafeRawPointer(numbers).loadUnaligned(
      fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD16<Float>.self)
  }

  @_noAllocation
  @inline(__always)
  private static func sum(_ lanes: SIMD16<Float>) -> Float {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
