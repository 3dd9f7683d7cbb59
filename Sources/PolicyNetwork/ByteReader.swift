internal import RobotDescription

/// Reads the fields of a policy file in order; bytes that end early are an error.
@safe
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  let byteCount: Int
  var next: Int

  init(bytes: UnsafeRawBufferPointer, next: Int) {
    unsafe self.bytes = bytes
    byteCount = bytes.count
    self.next = next
  }

  /// Reads a little-endian number; every supported machine is little-endian.
  mutating func read<Value: BitwiseCopyable>(
    _ type: Value.Type
  ) throws(PolicyFileError) -> Value {
    let end = next + MemoryLayout<Value>.size
    guard end <= byteCount else { throw .invalid(.byteCount) }
    defer { next = end }
    return unsafe bytes.loadUnaligned(fromByteOffset: next, as: Value.self)
  }

  /// Reads a count; one beyond a 32-bit `Int` becomes `Int.max`, which no range accepts.
  mutating func count() throws(PolicyFileError) -> Int {
    Int(clamping: try read(UInt32.self))
  }

  /// Reads a name: a length byte and 31 bytes.
  mutating func label() throws(PolicyFileError) -> Label {
    let count = Int(try read(UInt8.self))
    guard count <= Label.byteCountMax, next + Label.byteCountMax <= byteCount else {
      throw .invalid(.name)
    }
    defer { next += Label.byteCountMax }
    let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[next..<(next + count)])
    let label = unsafe Label(utf8: text.assumingMemoryBound(to: UInt8.self).span) ?? Label()
    guard !label.hasControlBytes else { throw .invalid(.name) }
    return label
  }

  mutating func contract() throws(PolicyFileError) -> PolicyContract {
    let body = try label()
    let period = try read(UInt32.self)
    let jointCount = try count()
    guard (1...Robot.jointsMax).contains(jointCount), period > 0 else { throw .invalid(.joints) }
    var actions = ActionLayout(jointCount: jointCount)
    var names = InlineArray<32, Label>(repeating: Label())
    var gains = InlineArray<32, UInt16>(repeating: 0)
    for joint in 0..<jointCount {
      names[joint] = try label()
      actions.defaultPose[joint] = try read(Float.self)
      actions.scale[joint] = try read(Float.self)
      actions.lowerLimits[joint] = try read(Float.self)
      actions.upperLimits[joint] = try read(Float.self)
      actions.slewMaxRadians[joint] = try read(Float.self)
      guard let gain = UInt16(exactly: try read(UInt32.self)), actions.isValid(joint: joint) else {
        throw .invalid(.joints)
      }
      gains[joint] = gain
    }
    var contract = PolicyContract(
      body: body, controlPeriodMicroseconds: period, actions: actions,
      observation: try observationLayout(jointCount: jointCount), commands: try commandRange())
    contract.jointNames = names
    contract.positionGains = gains
    return contract
  }

  private mutating func commandRange() throws(PolicyFileError) -> CommandRange {
    let (lower, upper) = (try velocity(), try velocity())
    let range = CommandRange(lower: lower, upper: upper)
    guard range.lower == lower, range.upper == upper else { throw .invalid(.commands) }
    return range
  }

  private mutating func velocity() throws(PolicyFileError) -> VelocityCommand {
    let velocity = VelocityCommand(
      forward: try read(Float.self), left: try read(Float.self), yawRate: try read(Float.self))
    guard velocity.forward.isFinite, velocity.left.isFinite, velocity.yawRate.isFinite else {
      throw .invalid(.commands)
    }
    return velocity
  }

  private mutating func observationLayout(
    jointCount: Int
  ) throws(PolicyFileError) -> ObservationLayout {
    let termCount = try count()
    let historyCount = try count()
    let period = try read(UInt32.self)
    guard (1...ObservationLayout.termsMax).contains(termCount),
      (1...ObservationLayout.historyMax).contains(historyCount),
      let gaitPeriodTicks = UInt16(exactly: period)
    else { throw .invalid(.observation) }
    var layout = ObservationLayout(
      jointCount: jointCount, historyCount: historyCount, gaitPeriodTicks: gaitPeriodTicks)
    for _ in 0..<termCount {
      let number = try read(UInt32.self)
      let scale = try read(Float.self)
      guard let term = ObservationTerm(rawValue: UInt8(truncatingIfNeeded: number)), number < 256,
        scale.isFinite, layout.accepts(term)
      else { throw .invalid(.observation) }
      layout.append(term, scale: scale)
    }
    guard layout.width <= PolicyFile.widthMax else { throw .invalid(.observation) }
    return layout
  }

  mutating func provenance() throws(PolicyFileError) -> Provenance {
    var provenance = Provenance()
    provenance.task = try label()
    provenance.seed = try read(UInt64.self)
    provenance.steps = try read(UInt64.self)
    provenance.commit = try label()
    provenance.episodes = try read(UInt32.self)
    provenance.falls = try read(UInt32.self)
    provenance.returnMean = try read(Float.self)
    provenance.returnStandardDeviation = try read(Float.self)
    guard provenance.returnMean.isFinite, provenance.returnStandardDeviation.isFinite else {
      throw .invalid(.provenance)
    }
    return provenance
  }

  mutating func layerShape() throws(PolicyFileError) -> PolicyFile.Layer {
    var layer = PolicyFile.Layer()
    layer.inputCount = try count()
    layer.outputCount = try count()
    let number = try read(UInt32.self)
    guard (1...PolicyFile.widthMax).contains(layer.inputCount),
      (1...PolicyFile.widthMax).contains(layer.outputCount), number < 256,
      let activation = Activation(rawValue: UInt8(number))
    else { throw .invalid(.layers) }
    layer.activation = activation
    return layer
  }

  /// Skips an aligned block of floats, checks that all are finite, and returns its offset.
  mutating func skipFloats(
    _ count: Int, field: PolicyFileError.Field
  ) throws(PolicyFileError) -> Int {
    let start = PolicyFile.aligned(next)
    let end = start + count * MemoryLayout<Float>.stride
    guard end <= byteCount else { throw .invalid(.byteCount) }
    for offset in stride(from: start, to: end, by: MemoryLayout<Float>.stride) {
      let value = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
      guard value.isFinite else { throw .invalid(field) }
    }
    next = end
    return start
  }
}

extension PolicyFile {
  /// Rounds an offset up to the alignment.
  static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

extension ActionLayout {
  /// `true` when a joint's numbers are possible.
  fileprivate func isValid(joint: Int) -> Bool {
    let lower = lowerLimits[joint]
    let upper = upperLimits[joint]
    return lower <= defaultPose[joint] && defaultPose[joint] <= upper && lower >= -100
      && upper <= 100 && scale[joint] > 0 && scale[joint].isFinite && slewMaxRadians[joint] > 0
      && slewMaxRadians[joint].isFinite
  }
}
