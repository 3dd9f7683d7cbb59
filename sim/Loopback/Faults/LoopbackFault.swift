/// A fault to inject for some time.
public struct LoopbackFault: Equatable, Sendable {
  /// Kind of fault; the raw values are the names in files.
  public enum Kind: String, CaseIterable, Sendable {
    /// An answer is lost.
    case drop
    /// A bit of an answer is flipped.
    case corrupt
    /// An answer comes late.
    case delay
    /// An answer comes twice.
    case duplicate
    /// An answer ends early.
    case truncate
    /// An answer has another servo's ID.
    case wrongID = "wrong_id"
    /// Two to four bits of an answer's content are flipped, and its checksum is right.
    case flip
    /// A servo is silent.
    case silentServo = "silent_servo"
    /// A servo restarts, once.
    case servoReboot = "servo_reboot"
    /// A servo is too hot for a run, and not hot enough to switch torque off by itself.
    case hotServo = "hot_servo"
    /// The supply is below the lowest for a run.
    case lowSupply = "low_supply"
    /// All devices restart, once.
    case brownOut = "brown_out"
    /// The IMU repeats one reading.
    case frozenIMU = "frozen_imu"
    /// The port disappears for the host, and comes back.
    case portGone = "port_gone"
    /// Adapters echo the host's bytes.
    case echo
    /// A servo reports an impossible position: whole turns away, or outside its limits.
    case implausiblePose = "implausible_pose"
    /// All servos repeat one position.
    case frozenJoints = "frozen_joints"
    /// Each servo reports random positions within a turn.
    case randomJoints = "random_joints"
    /// The gyro is at full scale.
    case gyroRange = "gyro_range"
    /// Gravity has twice its length; a quaternion has half, because the wire holds no longer one.
    case gravityLength = "gravity_length"
    /// A servo has settings that another tool left.
    case leftoverSettings = "leftover_settings"

    /// True when it affects single answers, each with a chance.
    var isOfAnswers: Bool {
      switch self {
      case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID, .flip: true
      case .silentServo, .servoReboot, .hotServo, .lowSupply, .brownOut, .frozenIMU, .portGone,
        .echo,
        .implausiblePose, .frozenJoints, .randomJoints, .gyroRange, .gravityLength,
        .leftoverSettings:
        false
      }
    }
  }

  /// Kind of fault.
  public var kind: Kind
  /// Start, in seconds of simulated time.
  public var from: Double
  /// End, in seconds of simulated time.
  public var to: Double
  /// Chance for each answer, where it affects answers.
  public var chance: Double
  /// ID of the affected servo.
  public var id: UInt8
  /// Delay of an answer, in milliseconds.
  public var delayMilliseconds: Double
  /// Seed of what is drawn: the error of a position, the settings that were left.
  public var seed: UInt64

  /// Rise of a hot servo's temperature, in degrees Celsius.
  static let addedCelsius = 42.0

  /// Makes a fault.
  public init(
    kind: Kind, from: Double = 0, to: Double = .infinity, chance: Double = 1, id: UInt8 = 1,
    delayMilliseconds: Double = 15, seed: UInt64 = 0
  ) {
    self.kind = kind
    self.from = from
    self.to = to
    self.chance = chance
    self.id = id
    self.delayMilliseconds = delayMilliseconds
    self.seed = seed
  }
}
