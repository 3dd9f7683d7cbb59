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

    /// Whether it befalls answers, each with a chance.
    var isOfAnswers: Bool {
      switch self {
      case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID: true
      case .silentServo, .servoReboot, .hotServo, .lowSupply, .brownOut, .frozenIMU, .portGone:
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

  /// By how much a hot servo is hotter than its load makes it, in degrees Celsius.
  static let addedCelsius = 42.0

  /// Describes a fault.
  public init(
    kind: Kind, from: Double = 0, to: Double = .infinity, chance: Double = 1, id: UInt8 = 1,
    delayMilliseconds: Double = 15
  ) {
    self.kind = kind
    self.from = from
    self.to = to
    self.chance = chance
    self.id = id
    self.delayMilliseconds = delayMilliseconds
  }
}
