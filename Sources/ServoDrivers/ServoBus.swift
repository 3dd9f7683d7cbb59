public import RobotDescription
public import SerialLink
public import WireProtocol

/// The robot's servos and IMU as the control loop uses them, whatever protocol they speak.
///
/// A tick calls ``read(into:deadlineNanoseconds:)`` and ``write(_:deadlineNanoseconds:)`` once
/// each; both are real-time safe. Deadlines are absolute, on the monotonic clock.
public protocol ServoBus: ~Copyable {
  /// Counts of what has gone over the line.
  var statistics: BusStatistics { get }
  /// Notes on the line for the user, complete once the robot was found; not real-time safe.
  var notes: [LineNote] { get }

  /// Summary of what an IMU on a line of its own has sent; `nil` without one.
  var imuReport: ImuReport? { get }

  /// Clears a tripped watchdog, and switches torque on at the present position.
  ///
  /// - Parameters:
  ///   - pose: Angles at which the joints were found, in radians; a servo that reports another
  ///     position now is not armed.
  ///   - sample: Receives the state of the robot with torque on.
  /// - Throws: When it fails, torque may be on: ``disarm(deadlineNanoseconds:)`` follows.
  mutating func arm(
    at pose: JointValues, into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError)

  /// Makes servos with a tripped watchdog take goals again; torque stays as it is.
  ///
  /// Real-time safe.
  mutating func clearWatchdog(deadlineNanoseconds: UInt64) throws(BusError)

  /// Switches torque off.
  mutating func disarm(deadlineNanoseconds: UInt64) throws(BusError)

  /// Reads all joints and the IMU. The sample is left alone when an error is thrown.
  ///
  /// A silent IMU is no error: the joints are read all the same, and ``BusSample/imuAge`` grows.
  mutating func read(
    into sample: inout BusSample, deadlineNanoseconds: UInt64
  ) throws(BusError)

  /// Sends every joint to its target, in radians.
  mutating func write(
    _ targets: borrowing JointValues, deadlineNanoseconds: UInt64
  ) throws(BusError)
}

extension ServoBus where Self: ~Copyable {
  /// No notes.
  public var notes: [LineNote] { [] }

  /// No IMU of its own.
  public var imuReport: ImuReport? { nil }
}

/// A bus whose servos are on the host's own line, and have to be found and prepared.
public protocol DirectServoBus: ServoBus, ~Copyable {
  /// Takes open ports; ``connect(setsUp:)`` comes next.
  ///
  /// - Parameter imu: Without one the samples stay level and at rest: enough to look at servos, not
  ///   to walk.
  init(port: consuming SerialPort, imu: consuming ImuStream?, robot: Robot)

  /// Finds every servo and prepares it for a run, torque off.
  ///
  /// - Parameters:
  ///   - setsUp: `false` only checks the settings.
  ///   - fixes: Receives each change made or needed, up to an error.
  /// - Throws: All servos that are missing, or all of other models; or the first that has a setting
  ///   that a run does not change, or refuses. Nothing is changed before all of them were checked.
  mutating func connect(setsUp: Bool, fixes: inout [ServoFix]) throws(ServoConnectError)
}

extension DirectServoBus where Self: ~Copyable {
  /// Finds every servo and prepares it for a run, torque off.
  ///
  /// - Returns: The changes made or needed.
  public mutating func connect(setsUp: Bool) throws(ServoConnectError) -> [ServoFix] {
    var fixes: [ServoFix] = []
    try connect(setsUp: setsUp, fixes: &fixes)
    return fixes
  }
}

/// One reading of a robot.
public struct BusSample: Sendable {
  /// Angles, velocities and IMU in SI units.
  public var robot: RobotSample
  /// Supply voltage, in millivolts.
  public var supplyMillivolts: UInt16
  /// Temperature of the hottest servo, in degrees Celsius; 0 where it is not known.
  public var hottestServoCelsius: UInt8
  /// True when torque is on, at every servo.
  public var isTorqueOn: Bool
  /// For each joint, true when its servo reports that its torque is off; false where that is not
  /// known.
  public var isLimp: InlineArray<32, Bool>
  /// True when a watchdog of the board or of a servo has tripped: it received no command in time.
  public var hasWatchdogTripped: Bool
  /// True when a servo, or the board, reports an error of a servo.
  public var hasServoError: Bool
  /// For each joint, the errors that its servo reports, where they are known.
  public var servoErrors: InlineArray<32, ServoErrors>
  /// For each joint, the temperature of its servo in degrees Celsius; 0 where it is not known.
  public var servoCelsius: InlineArray<32, UInt8>
  /// For each joint, ticks since its servo answered last; 0 when it answered now.
  public var jointAges: InlineArray<32, UInt8>
  /// Ticks since the IMU answered last; 0 when it answered now.
  public var imuAge: UInt8

  /// Makes the sample of a level robot at rest without torque.
  @_noAllocation
  public init() {
    robot = RobotSample()
    supplyMillivolts = 0
    hottestServoCelsius = 0
    isTorqueOn = false
    isLimp = .init(repeating: false)
    hasWatchdogTripped = false
    hasServoError = false
    servoErrors = .init(repeating: .none)
    servoCelsius = .init(repeating: 0)
    jointAges = .init(repeating: 0)
    imuAge = 0
  }
}

/// Failure of an exchange on a bus; a plain value, so that a tick can throw it.
public enum BusError: Error, Equatable, Sendable, BitwiseCopyable {
  /// No reply before the deadline.
  case silent
  /// The other end of the line is gone.
  case disconnected
  /// The line failed in another way.
  case line(SerialError)
  /// The board refused the request.
  case refused(BoardRefusal.Code)
  /// A servo to be armed reports another position than it was found at a moment before.
  case servoElsewhere(id: UInt8)
  /// A servo refused its goal or its torque.
  case refusedByServo(id: UInt8)
  /// The board's reply does not follow the protocol.
  case malformedReply
}

extension BusError {
  /// True when the line itself has failed; false when only this exchange failed, or it took too few
  /// bytes.
  public var isLineGone: Bool {
    @_noAllocation get {
      switch self {
      case .disconnected: return true
      case .line(let error):
        if case .timedOut = error { return false }
        return true
      case .silent, .refused, .servoElsewhere, .refusedByServo, .malformedReply:
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
      "robot: torque is on, and the board writes no register then; end the run that drives it first"
    case .refused(.servoBusAbsent):
      "robot: the board has no servo bus; its firmware must drive one before servos can be asked"
    case .refused(.unknownKind), .refused(.versionMismatch), .refused(.malformedPayload):
      "robot: the board does not understand the request; bring its firmware and this program to "
        + "the same version"
    case .refused(let code): "robot: the board refused a request (\(code)); arm it again"
    case .refusedByServo(let id):
      "servo \(id): it refused its goal or its torque; look for its error with 'tarsus servo "
        + "monitor', or switch its power off and on"
    case .servoElsewhere(let id):
      "servo \(id): its position has changed since it was found, a moment before its torque comes "
        + "on; let the robot lie still, and check its wiring with 'tarsus servo monitor'"
    case .malformedReply: "robot: a reply that does not follow the protocol; check its firmware"
    }
  }
}
