// Only the trainer writes policies; a board reads them.
#if !hasFeature(Embedded)
  internal import RobotDescription
  internal import WireProtocol

  /// One layer of an actor, for writing.
  public struct LayerShape: Equatable, Sendable {
    /// Outputs of the layer.
    public var outputCount: Int
    /// Activation function.
    public var activation: Activation

    /// Describes a layer.
    public init(outputCount: Int, activation: Activation) {
      self.outputCount = outputCount
      self.activation = activation
    }
  }

  /// A frozen actor without its parameters, for writing.
  public struct PolicyDescription: Sendable {
    /// Contract with the robot.
    public var contract: PolicyContract
    /// Origin of the policy.
    public var provenance: Provenance
    /// Bound of every normalised observation.
    public var normaliserClip: Float
    /// Layers in use.
    public private(set) var layerCount = 0
    var layers = InlineArray<8, LayerShape>(
      repeating: LayerShape(outputCount: 0, activation: .identity))

    /// Makes a description without layers; ``append(_:)`` adds them in order.
    public init(contract: PolicyContract, provenance: Provenance, normaliserClip: Float) {
      self.contract = contract
      self.provenance = provenance
      self.normaliserClip = normaliserClip
    }

    /// Adds a layer behind the others; the last must have one output per joint.
    public mutating func append(_ layer: LayerShape) {
      precondition(layerCount < PolicyFile.layersMax, "an actor has at most 8 layers")
      precondition((1...PolicyFile.widthMax).contains(layer.outputCount), "1 to 1024 outputs")
      layers[layerCount] = layer
      layerCount += 1
    }
  }

  /// Parameters of a frozen actor, borrowed from the trainer.
  @safe
  public struct PolicyNumbers {
    /// Means, then factors, of the observation normaliser: shape `[2, observationWidth]`.
    public var normaliser: UnsafeBufferPointer<Float>
    /// Weights `[output, input]` and biases `[output]` of each layer in turn.
    public var parameters: UnsafeBufferPointer<Float>
    /// Observations of the golden pairs: shape `[pairs, observationWidth]`.
    public var goldenObservations: UnsafeBufferPointer<Float>

    /// Borrows three buffers, which must outlive the value.
    public init(
      normaliser: UnsafeBufferPointer<Float>, parameters: UnsafeBufferPointer<Float>,
      goldenObservations: UnsafeBufferPointer<Float>
    ) {
      unsafe self.normaliser = normaliser
      unsafe self.parameters = parameters
      unsafe self.goldenObservations = goldenObservations
    }
  }

  extension PolicyFile {
    /// Number of bytes that ``write(_:_:into:scratch:)`` fills.
    public static func byteCount(_ description: PolicyDescription, goldenCount: Int) -> Int {
      var writer = unsafe ByteWriter(bytes: nil)
      let golden = writer.fields(description, goldenCount: goldenCount)
      let width = description.contract.observation.width
      var inputCount = width
      var end = aligned(golden) + 8 * width
      for index in 0..<description.layerCount {
        let outputCount = description.layers[index].outputCount
        end = aligned(end) + 4 * inputCount * outputCount
        end = aligned(end) + 4 * outputCount
        inputCount = outputCount
      }
      return aligned(end) + 4 * goldenCount * (width + description.contract.jointCount) + 4
    }

    /// Writes a policy file and computes the actions of its golden pairs.
    ///
    /// - Parameters:
    ///   - bytes: Exactly ``byteCount(_:goldenCount:)`` bytes, aligned to 4.
    ///   - scratch: Working memory for the actor, ``scratchCount`` floats.
    /// - Throws: ``PolicyFileError`` when description or parameters are impossible.
    public static func write(
      _ description: PolicyDescription, _ numbers: PolicyNumbers,
      into bytes: UnsafeMutableRawBufferPointer, scratch: inout MutableSpan<Float>
    ) throws(PolicyFileError) {
      let width = description.contract.observation.width
      let jointCount = description.contract.jointCount
      let goldenCount = unsafe numbers.goldenObservations.count / width
      unsafe precondition(
        numbers.normaliser.count == 2 * width, "a mean and a factor for each observed number")
      precondition(
        bytes.count == byteCount(description, goldenCount: goldenCount), "room for exactly one file"
      )
      unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
      var writer = unsafe ByteWriter(bytes: bytes)
      writer.fields(description, goldenCount: goldenCount)
      unsafe writer.aligned(numbers.normaliser)
      var inputCount = width
      var parameter = 0
      for index in 0..<description.layerCount {
        let outputCount = description.layers[index].outputCount
        let biases = parameter + inputCount * outputCount
        let end = biases + outputCount
        unsafe precondition(end <= numbers.parameters.count, "as many numbers as the layers have")
        unsafe writer.aligned(
          UnsafeBufferPointer(rebasing: numbers.parameters[parameter..<biases]))
        unsafe writer.aligned(
          UnsafeBufferPointer(rebasing: numbers.parameters[biases..<end]))
        parameter = end
        inputCount = outputCount
      }
      unsafe precondition(
        parameter == numbers.parameters.count, "as many numbers as the layers have")
      writer.align()
      let goldenOffset = writer.next
      for pair in 0..<goldenCount {
        unsafe writer.floats(
          UnsafeBufferPointer(
            rebasing: numbers.goldenObservations[(pair * width)..<((pair + 1) * width)]))
        writer.next += 4 * jointCount
      }
      // Only the golden actions are missing: read the file and run it to compute them.
      unsafe seal(bytes)
      let policy = try unsafe PolicyFile(validating: UnsafeRawBufferPointer(bytes))
      for pair in 0..<goldenCount {
        let start = goldenOffset + 4 * pair * (width + jointCount)
        let observation = unsafe UnsafeBufferPointer(start: policy.floats(at: start), count: width)
        let room = unsafe bytes[(start + 4 * width)..<(start + 4 * (width + jointCount))]
        var action = unsafe room.bindMemory(to: Float.self).mutableSpan
        unsafe policy.forward(observation.span, into: &action, scratch: &scratch)
        // No reader accepts a golden action that is not finite.
        for joint in 0..<jointCount where !action[joint].isFinite { throw .invalid(.golden) }
      }
      unsafe seal(bytes)
    }

    private static func seal(_ bytes: UnsafeMutableRawBufferPointer) {
      let checksum = unsafe CRC32.checksum(
        UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)]))
      unsafe bytes.storeBytes(of: checksum, toByteOffset: bytes.count - 4, as: UInt32.self)
    }
  }

  /// Writes fields in order; without bytes it only counts them.
  @safe
  private struct ByteWriter {
    let bytes: UnsafeMutableRawBufferPointer?
    var next = 0

    init(bytes: UnsafeMutableRawBufferPointer?) { unsafe self.bytes = bytes }

    mutating func write<Value: BitwiseCopyable>(_ value: Value) {
      unsafe bytes?.storeBytes(of: value, toByteOffset: next, as: Value.self)
      next += MemoryLayout<Value>.size
    }

    mutating func write(_ label: Label) {
      write(UInt8(label.byteCount))
      for index in 0..<Label.byteCountMax {
        write(index < label.byteCount ? label.byte(at: index) : 0)
      }
    }

    mutating func floats(_ values: UnsafeBufferPointer<Float>) {
      for index in 0..<values.count { write(unsafe values[index]) }
    }

    mutating func align() { next = PolicyFile.aligned(next) }

    mutating func aligned(_ values: UnsafeBufferPointer<Float>) {
      align()
      unsafe floats(values)
    }

    /// Writes all fields before the first block of floats.
    @discardableResult
    mutating func fields(_ description: PolicyDescription, goldenCount: Int) -> Int {
      write(PolicyFile.magic)
      write(PolicyFile.formatVersion)
      write(UInt32(unsafe bytes?.count ?? 0))
      contract(description.contract)
      let provenance = description.provenance
      write(provenance.task)
      write(provenance.seed)
      write(provenance.steps)
      write(provenance.commit)
      write(provenance.episodes)
      write(provenance.falls)
      write(provenance.returnMean)
      write(provenance.returnStandardDeviation)
      write(UInt32(description.layerCount))
      var inputCount = description.contract.observation.width
      for index in 0..<description.layerCount {
        let layer = description.layers[index]
        write(UInt32(inputCount))
        write(UInt32(layer.outputCount))
        write(UInt32(layer.activation.rawValue))
        inputCount = layer.outputCount
      }
      write(description.normaliserClip)
      write(UInt32(goldenCount))
      return next
    }

    private mutating func contract(_ contract: PolicyContract) {
      write(contract.body)
      write(contract.controlPeriodMicroseconds)
      write(UInt32(contract.jointCount))
      for joint in 0..<contract.jointCount {
        write(contract.jointNames[joint])
        write(contract.actions.defaultPose[joint])
        write(contract.actions.scale[joint])
        write(contract.actions.lowerLimits[joint])
        write(contract.actions.upperLimits[joint])
        write(contract.actions.slewMaxRadians[joint])
        write(UInt32(contract.positionGains[joint]))
      }
      write(UInt32(contract.observation.termCount))
      write(UInt32(contract.observation.historyCount))
      write(UInt32(contract.observation.gaitPeriodTicks))
      for index in 0..<contract.observation.termCount {
        write(UInt32(contract.observation.term(at: index).rawValue))
        write(contract.observation.scale(at: index))
      }
      for velocity in [contract.commands.lower, contract.commands.upper] {
        write(velocity.forward)
        write(velocity.left)
        write(velocity.yawRate)
      }
    }
  }
#endif
