/// The board's side of the link as a plain value: bytes and time in, replies and goals out.
///
/// A caller's loop gives it each byte with ``receive(_:at:)``, calls ``poll(at:)`` at least every
/// millisecond, and answers what ``nextRequest()`` returns with
/// ``answer(_:sample:at:into:)`` until there is no more. A board with servos asks them what
/// ``passes(_:)`` of the register requests, and replies with ``answer(_:sequence:servo:into:)``.
/// All times are from one monotonic clock that starts with the board. Real-time safe throughout.
public struct BoardSession: Sendable {
  /// Faults that the caller knows of; every state carries them.
  public var standingFaults = BoardFaults(rawValue: 0)
  /// What the caller knows of its servos, as `health` carries it.
  public var health: BoardHealth
  /// Goal positions in servo ticks; meaningful while ``isTorqueOn``.
  public private(set) var goalTicks = BoardLink.JointValues(repeating: 0)
  /// Requests that were refused; it wraps.
  public private(set) var refusedRequestCount: UInt32 = 0

  private let firmwareVersion: UInt16
  private let jointCount: Int
  private let jointNamesHash: UInt32
  private let controlPeriodMicroseconds: UInt32
  private var decoder = BoardFrameDecoder()
  private var watchdog = BoardWatchdog()
  private var receivedMicroseconds: UInt64 = 0

  /// Makes a disarmed board; the parameters are what it says of itself in ``BoardIdentity``.
  @_noAllocation
  public init(
    firmwareVersion: UInt16, jointCount: Int, jointNamesHash: UInt32,
    controlPeriodMicroseconds: UInt32
  ) {
    precondition(
      jointCount >= 0 && jointCount <= BoardLink.jointsMax, "joint count outside 0...jointsMax")
    self.firmwareVersion = firmwareVersion
    self.jointCount = jointCount
    health = BoardHealth(jointCount: jointCount)
    self.jointNamesHash = jointNamesHash
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
  }

  /// Whether the servos are to hold torque.
  public var isTorqueOn: Bool { @_noAllocation get { watchdog.isTorqueOn } }

  /// What the board is doing, as a state carries it.
  public var flags: BoardFlags {
    @_noAllocation get {
      switch watchdog.mode {
      case .disarmed: BoardFlags(rawValue: 0)
      case .armed: .torqueOn
      case .holding: .torqueOn.union(.watchdogHolding)
      case .limp: .watchdogLimp
      }
    }
  }

  /// What is wrong, as a state carries it: ``standingFaults`` and those latched.
  public var faults: BoardFaults {
    @_noAllocation get {
      watchdog.hasTripped ? standingFaults.union(.commandTimeout) : standingFaults
    }
  }

  /// What the decoder has seen of the host's bytes.
  public var statistics: BoardFrameStatistics {
    @_noAllocation get { decoder.statistics }
  }

  /// Takes one byte from the host.
  @_noAllocation
  public mutating func receive(_ byte: UInt8, at nowMicroseconds: UInt64) {
    poll(at: nowMicroseconds)
    decoder.push(byte)
    receivedMicroseconds = nowMicroseconds
  }

  /// Lets time pass: the watchdog may trip, and a frame that stopped halfway ends.
  @_noAllocation
  public mutating func poll(at nowMicroseconds: UInt64) {
    watchdog.poll(at: nowMicroseconds)
    if decoder.holdsPartialFrame
      && nowMicroseconds &- receivedMicroseconds > BoardLink.byteGapMaxMicroseconds
    {
      decoder.endBurst()
    }
  }

  /// Takes the next request out of the bytes received; nothing has been done about it yet.
  @_noAllocation
  public mutating func nextRequest() -> BoardRequest? {
    while let frame = decoder.nextFrame() {
      if let request = BoardRequest(frame) { return request }
    }
    return nil
  }

  /// Carries out a request and writes the reply.
  ///
  /// - Parameters:
  ///   - sample: What the board senses now; only `readState` and `arm` look at it.
  ///   - buffer: At least ``BoardLink/frameByteCountMax`` bytes.
  /// - Returns: The bytes written; 0 for a command that was carried out.
  @_noAllocation
  public mutating func answer(
    _ request: BoardRequest, sample: BoardSample, at nowMicroseconds: UInt64,
    into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    watchdog.poll(at: nowMicroseconds)
    let sequence = request.sequence
    switch request.action {
    case .hello:
      return identity(at: nowMicroseconds).encode(sequence: sequence, into: &buffer)
    case .readState:
      return state(sample, at: nowMicroseconds).encode(sequence: sequence, into: &buffer)
    case .readHealth:
      precondition(health.jointCount == jointCount, "answer: health has another joint count")
      return health.encode(sequence: sequence, into: &buffer)
    case .command(let command):
      guard let code = carryOut(command, at: nowMicroseconds) else { return 0 }
      let refusal = BoardRefusal(code: code, kindCode: BoardMessageKind.command.code)
      return refuse(refusal, sequence: sequence, into: &buffer)
    case .arm:
      precondition(sample.jointCount == jointCount, "answer: sample has another joint count")
      goalTicks = sample.positionTicks
      watchdog.arm(at: nowMicroseconds)
      return BoardMessageKind.armReply.encode(sequence: sequence, into: &buffer)
    case .disarm:
      watchdog.disarm()
      return BoardMessageKind.disarmReply.encode(sequence: sequence, into: &buffer)
    case .register(let access):
      let code: BoardRefusal.Code = passes(access) ? .servoBusAbsent : .torqueIsOn
      let refusal = BoardRefusal(code: code, kindCode: access.kind.code)
      return refuse(refusal, sequence: sequence, into: &buffer)
    case .refuse(let refusal):
      return refuse(refusal, sequence: sequence, into: &buffer)
    }
  }

  /// Whether a servo may be asked: while torque is on, nothing is written to one past the policy.
  @_noAllocation
  public func passes(_ access: BoardRegisterAccess) -> Bool {
    access.newBits == nil || !isTorqueOn
  }

  /// Writes the reply to a register request that a servo was asked.
  ///
  /// - Parameter buffer: At least ``BoardLink/frameByteCountMax`` bytes.
  /// - Returns: The bytes written.
  @_noAllocation
  public mutating func answer(
    _ access: BoardRegisterAccess, sequence: UInt16, servo answer: BoardRegisterAnswer,
    into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    let code: BoardRefusal.Code
    switch answer {
    case .done(let bits):
      guard access.newBits == nil else {
        return BoardMessageKind.writeRegisterReply.encode(sequence: sequence, into: &buffer)
      }
      return BoardRegisterValue(byteCount: access.byteCount, bits: bits)
        .encode(sequence: sequence, into: &buffer)
    case .silent: code = .servoSilent
    case .refused: code = .servoRefused
    }
    let refusal = BoardRefusal(code: code, kindCode: access.kind.code)
    return refuse(refusal, sequence: sequence, into: &buffer)
  }

  /// Takes the goals and feeds the watchdog, or says why not.
  @_noAllocation
  private mutating func carryOut(
    _ command: BoardCommand, at nowMicroseconds: UInt64
  ) -> BoardRefusal.Code? {
    guard !watchdog.hasTripped else { return .watchdogTripped }
    guard watchdog.acceptsCommands else { return .notArmed }
    guard command.jointCount == jointCount else { return .jointCountMismatch }
    goalTicks = command.goalTicks
    watchdog.feed(at: nowMicroseconds)
    return nil
  }

  @_noAllocation
  private mutating func refuse(
    _ refusal: BoardRefusal, sequence: UInt16, into buffer: inout MutableSpan<UInt8>
  ) -> Int {
    refusedRequestCount &+= 1
    return refusal.encode(sequence: sequence, into: &buffer)
  }

  @_noAllocation
  private func identity(at nowMicroseconds: UInt64) -> BoardIdentity {
    BoardIdentity(
      firmwareVersion: firmwareVersion, jointCount: jointCount, jointNamesHash: jointNamesHash,
      controlPeriodMicroseconds: controlPeriodMicroseconds, uptimeMicroseconds: nowMicroseconds)
  }

  @_noAllocation
  private func state(_ sample: BoardSample, at nowMicroseconds: UInt64) -> BoardState {
    precondition(sample.jointCount == jointCount, "answer: sample has another joint count")
    return BoardState(
      timeMicroseconds: nowMicroseconds, flags: flags, faults: faults,
      badFrameCount: UInt16(truncatingIfNeeded: statistics.badFrames), sample: sample)
  }
}
