/// What a controller is doing, with what belongs to it alone.
enum ControlPhase: Sendable {
  /// Torque is off.
  case disarmed
  /// On the way to the standing pose.
  case standingUp(PoseMove)
  /// Stands for some ticks, until the policy takes over.
  case settling(ticks: UInt32)
  /// The policy moves the robot.
  case running
  /// The policy is asked to stand; for some ticks now it has been asked for no speed at all.
  case stopping(stillTicks: UInt32)
  /// On the way to the resting pose, at whose end torque goes off.
  case sittingDown(PoseMove)
  /// The policy is no longer followed.
  case faulted(FaultStop)

  /// The same as others see it.
  var state: ControlState {
    @_noAllocation
    get {
      switch self {
      case .disarmed: .disarmed
      case .standingUp, .settling: .standingUp
      case .running, .stopping: .running
      case .sittingDown: .sittingDown
      case .faulted: .faulted
      }
    }
  }
}

/// The way of a faulted robot to its rest.
struct FaultStop: Sendable {
  /// Why it is faulted.
  let fault: Fault
  /// The joint that the fault came from; `nil` for one of the whole robot.
  let culprit: Culprit?
  /// The sitting down, as far as it is heard.
  var move: PoseMove
  /// Ticks since the fault.
  var ticks: UInt32 = 0
  /// Ticks in a row for which it has not answered.
  var unheardTicks: UInt32 = 0
  /// Joints whose servos do not answer.
  var lostJoints = LostJoints()
  /// Whether it was told to let go: it may have done so, and is told nothing else any more.
  var letsGo = false
  /// Readings in a row that say that a watchdog holds it.
  var heldReadings = 0
  /// How often a watchdog that holds was cleared, so that it can sit down.
  var watchdogClears = 0

  /// The most that a watchdog is cleared: one that trips again and again has its reason.
  static var watchdogClearsMax: Int { @_noAllocation get { 5 } }

  @_noAllocation
  init(_ fault: Fault, culprit: Culprit? = nil, move: PoseMove) {
    self.fault = fault
    self.culprit = culprit
    self.move = move
  }
}
