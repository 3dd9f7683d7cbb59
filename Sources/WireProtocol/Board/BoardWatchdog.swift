/// The board's mode, and its changes when no commands come.
struct BoardWatchdog: Equatable, Sendable {
  enum Mode: Equatable, Sendable {
    case disarmed, armed, holding, limp
  }

  private(set) var mode = Mode.disarmed
  /// Latched until the next arming.
  private(set) var hasTripped = false
  private var fedMicroseconds: UInt64 = 0

  @_noAllocation
  init() {}

  var isTorqueOn: Bool {
    @_noAllocation get {
      switch mode {
      case .armed, .holding: true
      case .disarmed, .limp: false
      }
    }
  }

  var acceptsCommands: Bool {
    @_noAllocation get { if case .armed = mode { true } else { false } }
  }

  @_noAllocation
  mutating func arm(at nowMicroseconds: UInt64) {
    mode = .armed
    hasTripped = false
    fedMicroseconds = nowMicroseconds
  }

  @_noAllocation
  mutating func disarm() {
    mode = .disarmed
  }

  /// Notes a command that was carried out.
  @_noAllocation
  mutating func feed(at nowMicroseconds: UInt64) {
    fedMicroseconds = nowMicroseconds
  }

  /// Updates the mode, however late the call; time that runs backwards trips the watchdog.
  @_noAllocation
  mutating func poll(at nowMicroseconds: UInt64) {
    guard isTorqueOn else { return }
    let silence = nowMicroseconds &- fedMicroseconds
    guard silence >= BoardProtocol.commandTimeoutMicroseconds else { return }
    hasTripped = true
    let limpAfter =
      BoardProtocol.commandTimeoutMicroseconds + BoardProtocol.holdDurationMicroseconds
    mode = silence >= limpAfter ? .limp : .holding
  }
}
