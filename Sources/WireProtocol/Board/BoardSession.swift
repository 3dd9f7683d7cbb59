/// The board's side of the link as a plain value: bytes and time in, replies and goals out.
///
/// A caller's loop gives it each byte with ``receive(_:at:)``, calls ``poll(at:)`` at least every
/// millisecond, and answers each ``nextRequest()`` with ``answer(_:sample:at:into:)``. A board with
/// servos forwards the register requests that ``passes(_:)`` allows, and replies with
/// ``answer(_:sequence:servo:into:)``. All times are from one monotonic clock that starts with the
/// board. Real-time safe throughout.
public struct BoardSession: Sendable {
  /// Faults that the caller sets; every state carries them.
  public var standingFaults = BoardFaults(rawValue: 0)
  /// State of the servos, which the caller sets and `health` carries.
  public var health: BoardHealth
  /// Goal positions in servo ticks; meaningful while ``isTorqueOn``.
  public private(set) var goalTicks = BoardProtocol.JointValues(repeating: 0)
  /// Number of refused requests; it wraps.
  public private(set) var refusedRequestCount: UInt32 = 0

  private let firmwareVersion: UInt16
  private let jointCount: Int
  private let jointNamesHash: UInt32
  private let controlPeriodMicroseconds: UInt32
  private var decoder = BoardFrameDecoder()
  private var watchdog = BoardWatchdog()
  private var receivedMicroseconds: UInt64 = 0

  /// Makes a disarmed board; the parameters are those of its ``BoardIdentity``.
  @_noAllocation
  public init(
    firmwareVersion: UInt16, jointCount: Int, jointNamesHash: UInt32,
    controlPeriodMicroseconds: UInt32
  ) {
    precondition(
      jointCount >= 0 && jointCount <= BoardProtocol.jointsMax, "joint count outside 0...jointsMax")
    self.firmwareVersion = firmwareVersion
    self.jointCount = jointCount
    health = BoardHealth(jointCount: jointCount)
    self.jointNamesHash = jointNamesHash
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
  }

  /// True when the servos must have torque on.
  public var isTorqueOn: Bool { @_noAllocation get { watchdog.isTorqueOn } }

  /// Flags of the board's mode, as a state carries them.
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

  /// Fault bits as a state carries them: ``standingFaults`` and the latched ones.
  public var faults: BoardFaults {
    @_noAllocation get {
      watchdog.hasTripped ? standingFaults.union(.commandTimeout) : standingFaults
    }
  }

  /// Counts of the host's frames.
  public var statistics: FrameStatistics {
    @_noAllocation get { decoder.statistics }
  }

  /// Receives one byte from the host.
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
      && nowMicroseconds &- receivedMicroseconds > BoardProtocol.byteGapMaxMicroseconds
    {
      decoder.endBurst()
    }
  }

  /// Takes the next request out of the bytes received, without carrying it out.
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
  ///   - sample: Present measurements; only `readState` and `arm` use them.
  ///   - buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
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

  /// True when a register request may go to a servo: none is written while torque is on.
  @_noAllocation
  public func passes(_ access: BoardRegisterAccess) -> Bool {
    access.newBits == nil || !isTorqueOn
  }

  /// Writes the reply to a register request that a servo has answered.
  ///
  /// - Parameter buffer: At least ``BoardProtocol/frameByteCountMax`` bytes.
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

  /// Takes the goals and feeds the watchdog, or returns the reason to refuse.
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
