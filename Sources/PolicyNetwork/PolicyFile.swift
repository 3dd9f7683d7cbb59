public import RobotDescription
internal import WireProtocol

/// A policy file in memory: contract, provenance, normaliser, layers and golden pairs.
///
/// It is read in place, from mapped memory on a host or from flash on a board, and owns no memory:
/// the bytes must outlive the value. The byte layout is the order of the reads in
/// ``init(validating:)``; `PolicyFile+Writing.swift` writes the same order.
@safe
public struct PolicyFile: @unchecked Sendable {
  /// First bytes of every policy file.
  static let magic: UInt64 = 0x5943_494C_4F50_5354  // "TSPOLICY"
  /// Version of the byte layout.
  public static let formatVersion: UInt32 = 3
  /// Largest number of layers.
  public static let layersMax = 8
  /// Largest width of a layer or an observation.
  public static var widthMax: Int {
    @_noAllocation
    get { 1024 }
  }
  /// Smallest number of golden pairs.
  public static let goldenPairsMin = 16
  /// Weights begin at a multiple of this many bytes.
  static let alignment = 64
  /// Upper bound on the size of a file: eight layers of the largest width, and golden pairs.
  public static let byteCountMax = 64 << 20

  /// Contract with the robot.
  public let contract: PolicyContract
  /// Origin of the policy.
  public let provenance: Provenance
  /// Number of layers.
  public let layerCount: Int
  /// Number of golden observation → action pairs.
  public let goldenCount: Int

  let bytes: UnsafeRawBufferPointer
  let layers: InlineArray<8, Layer>
  let normaliserOffset: Int
  let normaliserClip: Float
  let goldenOffset: Int

  /// A layer of the actor: its shape and the offsets of its parameters.
  struct Layer: Sendable {
    var inputCount = 0
    var outputCount = 0
    var activation = Activation.identity
    var weightsOffset = 0
    var biasesOffset = 0
  }

  /// Numbers in an observation.
  public var observationWidth: Int {
    @_noAllocation
    get { contract.observation.width }
  }

  /// Floats of working memory that the widest actor needs.
  public static var scratchCount: Int {
    @_noAllocation
    get { 2 * widthMax }
  }

  /// Outputs of the layer at `index`, which is in `0..<layerCount`.
  public func outputCount(ofLayer index: Int) -> Int { layers[index].outputCount }

  /// Activation function of the layer at `index`, which is in `0..<layerCount`.
  public func activation(ofLayer index: Int) -> Activation { layers[index].activation }

  /// Checksum at the end of the file; it identifies the policy.
  public var checksum: UInt32 {
    unsafe bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
  }

  /// Size of the file in bytes.
  public var byteCount: Int { unsafe bytes.count }

  /// Reads a policy and checks all but its golden pairs (see ``verifyGolden(scratch:)``).
  ///
  /// - Parameter bytes: The whole file, aligned to 4 bytes; it must outlive the value.
  /// - Throws: The first ``PolicyFileError``; bytes from outside never trap.
  public init(validating bytes: UnsafeRawBufferPointer) throws(PolicyFileError) {
    try unsafe Self.checkEnvelope(bytes)
    precondition(
      Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0,
      "a policy is aligned to 4 bytes")
    var reader = unsafe ByteReader(bytes: bytes, next: 16)
    let contract = try reader.contract()
    let provenance = try reader.provenance()
    let observationWidth = contract.observation.width

    let layerCount = try reader.count()
    guard (1...Self.layersMax).contains(layerCount) else { throw .invalid(.layers) }
    var layers = InlineArray<8, Layer>(repeating: Layer())
    var inputCount = observationWidth
    for index in 0..<layerCount {
      layers[index] = try reader.layerShape()
      guard layers[index].inputCount == inputCount else { throw .invalid(.layers) }
      inputCount = layers[index].outputCount
    }
    guard inputCount == contract.jointCount else { throw .invalid(.layers) }
    let normaliserClip = try reader.read(Float.self)
    guard normaliserClip > 0 else { throw .invalid(.normaliser) }
    let goldenCount = try reader.count()
    guard (Self.goldenPairsMin...65536).contains(goldenCount) else { throw .invalid(.golden) }

    let normaliserOffset = try reader.skipFloats(2 * observationWidth, field: .normaliser)
    for index in 0..<layerCount {
      layers[index].weightsOffset = try reader.skipFloats(
        layers[index].inputCount * layers[index].outputCount, field: .layers)
      layers[index].biasesOffset = try reader.skipFloats(
        layers[index].outputCount, field: .layers)
    }
    let goldenOffset = try reader.skipFloats(
      goldenCount * (observationWidth + contract.jointCount), field: .golden)
    guard reader.next + 4 == bytes.count else { throw .invalid(.byteCount) }

    unsafe self.bytes = bytes
    self.contract = contract
    self.provenance = provenance
    self.layerCount = layerCount
    self.layers = layers
    self.normaliserOffset = normaliserOffset
    self.normaliserClip = normaliserClip
    self.goldenCount = goldenCount
    self.goldenOffset = goldenOffset
  }

  /// Checks magic, version, length and checksum: these tell a damaged file from a foreign one.
  private static func checkEnvelope(_ bytes: UnsafeRawBufferPointer) throws(PolicyFileError) {
    var reader = unsafe ByteReader(bytes: bytes, next: 0)
    guard bytes.count >= 16, try reader.read(UInt64.self) == magic else { throw .notAPolicy }
    let version = try reader.read(UInt32.self)
    guard version == formatVersion else { throw .versionUnsupported(found: version) }
    let byteCount = try reader.count()
    guard bytes.count == byteCount else {
      throw .byteCountMismatch(expected: byteCount, found: bytes.count)
    }
    guard bytes.count >= 20 else { throw .invalid(.byteCount) }
    let checksum = unsafe CRC32.checksum(
      UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)]))
    reader.next = bytes.count - 4
    let expected = try reader.read(UInt32.self)
    guard checksum == expected else {
      throw .checksumMismatch(expected: expected, found: checksum)
    }
  }

  /// The floats from a byte offset on, which `init` has checked.
  @_noAllocation
  func floats(at offset: Int) -> UnsafePointer<Float> {
    unsafe UnsafePointer(
      OpaquePointer(bytes.baseAddress.unsafelyUnwrapped + offset))
  }
}

/// Origin of a policy: its training and its evaluation.
public struct Provenance: Equatable, Sendable {
  /// Name of the task.
  public var task = Label()
  /// Seed of the training.
  public var seed: UInt64 = 0
  /// Environment steps of the training.
  public var steps: UInt64 = 0
  /// Commit of the trainer's source, abbreviated; empty when unknown.
  public var commit = Label()
  /// Episodes of the evaluation; 0 when there was none.
  public var episodes: UInt32 = 0
  /// Episodes of the evaluation that ended in a fall.
  public var falls: UInt32 = 0
  /// Mean return of the evaluation.
  public var returnMean: Float = 0
  /// Standard deviation of the returns.
  public var returnStandardDeviation: Float = 0

  /// Makes an unknown origin.
  public init() {}
}
