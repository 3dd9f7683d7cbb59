public import RobotDescription
public import SerialLink
public import WireProtocol

/// The line to a robot's servos and IMU, whatever protocol it speaks.
///
/// A tick calls ``read(into:deadlineNanoseconds:)`` and ``write(_:deadlineNanoseconds:)`` once
/// each; both are real-time safe. Deadlines are absolute, on the monotonic clock.
public protocol ServoBus: ~Copyable {
  /// What has gone over the line so far.
  var statistics: BusStatistics { get }
  /// What the user should know of the line; complete once the robot was found. Not for a tick.
  var notes: [LineNote] { get }

  /// What has come from an IMU on a line of its own; `nil` without one.
  var imuReport: ImuReport? { get }

  /// Clears what stopped the robot before, and switches torque on at the present position.
  ///
  /// - Parameters:
  ///   - pose: Where the joints were found, in radians: a servo that says otherwise now is not believed.
  ///   - sample: What the robot is like when torque comes on.
  /// - Throws: When it fails, torque may be on: ``disarm(deadlineNanoseconds:)`` follows.
  mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError)

  /// Lets servos whose watchdog holds them take goals again; torque stays as it is.
  ///
  /// Real-time safe.
  mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError)

  /// Switches torque off.
  mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError)

  /// Reads all joints and the IMU. The sample is left alone when an error is thrown.
  ///
  /// An IMU that is silent is no error: the joints are read all the same, and ``BusSample/imuAge`` grows.
  mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError)

  /// Sends every joint to its target, in radians.
  mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError)
}

extension ServoBus where Self: ~Copyable {
  /// Nothing.
  public var notes: [LineNote] { [] }

  /// None.
  public var imuReport: ImuReport? { nil }
}

/// A bus whose servos hang on the line themselves, and have to be found and made ready.
public protocol ServoLineBus: ServoBus, ~Copyable {
  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without a motion sensor samples stay level and at rest: enough to look at
  ///   servos, not to walk.
  init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot)

  /// Looks for every servo and makes it ready, torque off.
  ///
  /// - Parameters:
  ///   - setsUp: Without it no setting is changed, only looked at.
  ///   - fixes: Gets what was changed, or would have to be, for the user to know; up to an error.
  /// - Throws: All servos that are missing; or the first that is another model, is set in a way that a
  ///   run does not change, or refuses. Nothing is changed before all of them are known to be right.
  mutating func connect(setsUp: Bool, fixes: inout [ServoFix]) throws(ServoConnectError)
}

extension ServoLineBus where Self: ~Copyable {
  /// Looks for every servo and makes it ready, torque off.
  ///
  /// - Returns: What was changed, or would have to be.
  public mutating func connect(setsUp: Bool) throws(ServoConnectError) -> [ServoFix] {
    var fixes: [ServoFix] = []
    try connect(setsUp: setsUp, fixes: &fixes)
    return fixes
  }
}

/// One reading of a robot.
public struct BusSample: Sendable {
  /// Angles, rates and IMU in SI units.
  public var robot: RobotSample
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16
  /// Temperature of the hottest servo, in degrees Celsius; 0 where it cannot be told.
  public var hottestServoCelsius: UInt8
  /// Whether the servos hold.
  public var isTorqueOn: Bool
  /// Whether a watchdog of the board or of a servo has taken over: it heard no command in time.
  public var hasWatchdogTripped: Bool
  /// Whether a servo reports an error of its own: heat, overload, supply; or the board one of all.
  public var hasServoError: Bool
  /// For each joint, what its servo reports as wrong with itself, where that can be told.
  public var servoErrors: InlineArray<32, ServoErrors>
  /// For each joint, the temperature of its servo in degrees Celsius; 0 where it cannot be told.
  public var servoCelsius: InlineArray<32, UInt8>
  /// For each joint, readings since its servo answered last; 0 when it did now.
  public var jointAges: InlineArray<32, UInt8>
  /// Readings since the IMU answered last; 0 when it did now.
  public var imuAge: UInt8

  /// A level robot at rest without torque.
  @_noAllocation
  public init() {
    robot = RobotSample()
    supplyMillivolts = 0
    hottestServoCelsius = 0
    isTorqueOn = false
    hasWatchdogTripped = false
    hasServoError = false
    servoErrors = .init(repeating: .none)
    servoCelsius = .init(repeating: 0)
    jointAges = .init(repeating: 0)
    imuAge = 0
  }
}

/// What has gone over a bus.
public struct BusStatistics: Sendable {
  /// Whole frames received.
  public var frames: UInt32 = 0
  /// Frames with a wrong checksum.
  public var checksumErrors: UInt32 = 0
  /// Reads that no reply answered in time.
  public var missedReplies: UInt32 = 0
  /// Reads that some servos answered and others did not.
  public var partialReplies: UInt32 = 0
  /// For each joint, reads that its servo did not answer, or could not: in a common answer those
  /// behind a silent one cannot speak.
  public var missedByJoint = InlineArray<32, UInt32>(repeating: 0)
  /// Bytes that came too late for the request that they answered.
  public var discardedBytes: UInt32 = 0
  /// Frames that the other side found damaged.
  public var remoteBadFrames: UInt32 = 0

  /// Nothing yet.
  @_noAllocation
  public init() {}
}

/// Why an exchange on a bus failed; a plain value, so that a tick can throw it.
public enum BusError: Error, Equatable, Sendable, BitwiseCopyable {
  /// No reply before the deadline.
  case silent
  /// The other end of the line is gone.
  case disconnected
  /// The line failed in another way.
  case line(SerialError)
  /// The board said no.
  case refused(BoardRefusal.Code)
  /// A servo is elsewhere than it was found a moment before, when its torque was to come.
  case servoElsewhere(id: UInt8)
  /// A servo did not take what it was told when torque was to come or go.
  case refusedByServo(id: UInt8)
  /// The IMU sent nothing; only arming a robot takes that for an error.
  case imuSilent
  /// The board's reply is not what the protocol has.
  case malformedReply
}

extension BusError {
  /// False when the line is there and only this exchange failed: it took too few bytes in time.
  public var isLineGone: Bool {
    @_noAllocation
    get {
      switch self {
      case .disconnected: return true
      case .line(let error):
        if case .timedOut = error { return false }
        return true
      case .silent, .refused, .servoElsewhere, .refusedByServo, .imuSilent, .malformedReply:
        return false
      }
    }
  }

  @_noAllocation
  init(_ error: SerialError) {
    if case .disconnected = error { self = .disconnected } else { self = .line(error) }
  }
}

extension BusError: CustomStringConvertible {
  /// One sentence: what happened and the cure.
  public var description: String {
    switch self {
    case .silent: "robot: no reply before the deadline; check its power and the baud rate"
    case .disconnected:
      "robot: the other end of the line is gone; plug it in, or start the loopback, and start again"
    case .line(let error): error.description
    case .refused(.torqueIsOn):
      "robot: it holds, and the board writes no register then; end the run that holds it first"
    case .refused(.servoBusAbsent):
      "robot: the board has no servo bus; its firmware must drive one before servos can be asked"
    case .refused(.unknownKind), .refused(.versionMismatch), .refused(.malformedPayload):
      "robot: the board does not understand the request; bring its firmware and this program to the "
        + "same version"
    case .refused(let code): "robot: the board refused a request (\(code)); arm it again"
    case .refusedByServo(let id):
      "servo \(id): it did not take its goal or switch its torque as it was told; look for its error "
        + "with 'tarsus servo monitor', or switch it off and on"
    case .servoElsewhere(let id):
      "servo \(id): it was found elsewhere a moment before its torque was to come on; let the robot lie "
        + "still, and check its wiring with 'tarsus servo monitor'"
    case .imuSilent:
      "IMU: nothing before the deadline; check its power, port and baud rate, or, behind a "
        + "board, its plug and the board's firmware"
    case .malformedReply: "robot: a reply that the protocol does not have; check its firmware"
    }
  }
}
