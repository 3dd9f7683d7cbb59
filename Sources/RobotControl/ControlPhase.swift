/// The state of a controller, with the data of that state.
enum ControlPhase: Sendable {
  /// Torque is off.
  case disarmed
  /// Moving to the standing pose.
  case standingUp(PoseMove)
  /// Standing still for some ticks before the policy takes over.
  case settling(ticks: UInt32)
  /// The policy moves the robot.
  case running
  /// The policy is asked for zero velocity, and has been for some ticks.
  case stopping(stillTicks: UInt32)
  /// Moving to the resting pose; torque is switched off at its end.
  case sittingDown(PoseMove)
  /// The policy is no longer followed.
  case faulted(FaultStop)

  /// The state without its data.
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

/// The progress of a faulted robot to its rest.
struct FaultStop: Sendable {
  /// The fault.
  let fault: Fault
  /// The joint that caused the fault; `nil` for a fault of the whole robot.
  let culprit: Culprit?
  /// The move to the resting pose, which advances only while the robot answers.
  var move: PoseMove
  /// Ticks since the fault.
  var ticks: UInt32 = 0
  /// Consecutive ticks without an answer.
  var silentTicks: UInt32 = 0
  /// Joints whose servos are silent.
  var lostJoints = LostJoints()
  /// True once torque off was ordered: it may be off, and nothing else is sent any more.
  var isTorqueOffOrdered = false
  /// Consecutive readings with a watchdog that has tripped.
  var trippedReadings = 0
  /// Number of times that a watchdog was cleared so that the robot can sit down.
  var watchdogClears = 0

  /// The most times that a watchdog is cleared: one that trips again and again has a reason.
  static var watchdogClearsMax: Int { @_noAllocation get { 5 } }

  @_noAllocation
  init(_ fault: Fault, culprit: Culprit? = nil, move: PoseMove) {
    self.fault = fault
    self.culprit = culprit
    self.move = move
  }
}
