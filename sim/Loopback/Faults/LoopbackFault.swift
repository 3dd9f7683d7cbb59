/// Something that goes wrong on purpose, for a while.
public struct LoopbackFault: Equatable, Sendable {
  /// What goes wrong.
  public enum Kind: String, CaseIterable, Sendable {
    /// An answer is lost.
    case drop
    /// A bit of an answer is turned.
    case corrupt
    /// An answer comes late.
    case delay
    /// An answer comes twice.
    case duplicate
    /// An answer ends early.
    case truncate
    /// An answer bears the number of another servo.
    case wrongID = "wrong_id"
    /// Two to four bits of what an answer says are turned, and its checksum is right.
    case flip
    /// A servo hears and says nothing.
    case silentServo = "silent_servo"
    /// A servo starts anew, once.
    case servoReboot = "servo_reboot"
    /// A servo is hotter than a robot shall run with, and not yet so hot that it lets go by itself.
    case hotServo = "hot_servo"
    /// The supply is below what the robot shall run with.
    case lowSupply = "low_supply"
    /// All that has a processor starts anew, once.
    case brownOut = "brown_out"
    /// The motion sensor says the same again and again.
    case frozenIMU = "frozen_imu"
    /// The port is gone for the host, and comes back.
    case portGone = "port_gone"
    /// Adapters send back to the host what it sends.
    case echo
    /// A servo says that it is where its joint cannot be: whole turns away, or beyond its limits.
    case implausiblePose = "implausible_pose"
    /// All servos say again and again where they were.
    case frozenJoints = "frozen_joints"
    /// Each servo says that it is anywhere in a turn, elsewhere each time.
    case randomJoints = "random_joints"
    /// The IMU turns as fast as it can say.
    case gyroRange = "gyro_range"
    /// Gravity has twice its length; a quaternion half of its own, since it cannot be longer on the wire.
    case gravityLength = "gravity_length"
    /// A servo has settings that another tool has left.
    case leftoverSettings = "leftover_settings"

    /// Whether it befalls answers, each with a chance.
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

  /// What goes wrong.
  public var kind: Kind
  /// When it begins, in seconds of simulated time.
  public var from: Double
  /// When it is over, in seconds of simulated time.
  public var to: Double
  /// Chance for each answer, where it befalls answers.
  public var chance: Double
  /// The servo that it befalls.
  public var id: UInt8
  /// By how much an answer is late, in milliseconds.
  public var delayMilliseconds: Double
  /// Decides what is drawn: by how much a pose is off, which settings were left.
  public var seed: UInt64

  /// By how much a hot servo is hotter than its load makes it, in degrees Celsius.
  static let addedCelsius = 42.0

  /// Describes a fault.
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
