internal import RobotDescription
internal import WireProtocol

/// A simulated servo, as its line and its board use it.
protocol SimulatedServo {
  /// Makes a new servo that has got its ID and its baud rate.
  ///
  /// - Parameter nominalGain: Gain at which the robot's joint is as stiff as its model; where the
  ///   register cannot hold it, the gain of a new servo is.
  init(_ kind: ServoKind, joint: Int?, id: UInt8, baudRate: UInt32, nominalGain: Int32)

  /// Joint that it moves; `nil` for a spare servo.
  var joint: Int? { get }
  /// Registers.
  var memory: ServoMemory { get set }
  /// True when torque is on.
  var isTorqueOn: Bool { get }
  /// Goal that a host has set.
  var goal: ServoGoal { get }
  /// Present command of its motor.
  var drive: ServoDrive { get }
  /// Position that it reports.
  var presentPosition: Int32 { get }
  /// True when it is silent, although it receives requests.
  var isMute: Bool { get set }
  /// Temperature and strain.
  var stress: ServoStress { get set }
  /// Difference between reported and true position.
  var misreport: ServoMisreport { get set }

  /// Restarts, as after a power cycle.
  mutating func reboot()
  /// Reads or writes a part of its memory for a board.
  mutating func answer(
    _ access: BoardRegisterAccess, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> BoardRegisterAnswer
  /// Switches torque off and sets the servo up as a board's firmware does.
  ///
  /// It has position mode within a turn then, no profile, and the gain at which the robot's joint
  /// is as stiff as its model.
  mutating func prepareForRun()
  /// Sets the goal position.
  mutating func setGoal(_ ticks: Int16)
  /// Switches torque on or off.
  mutating func setTorque(_ isOn: Bool)
  /// Lets time pass, which ends in a state of the joint.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64)
}

extension SimulatedServo {
  /// ID on the line.
  var id: UInt8 { UInt8(truncatingIfNeeded: memory[.id]) }
  /// Bits per second at which it receives and answers.
  var baudRate: UInt32 { memory.kind.family.baudRate(memory[.baudRate]) ?? 1_000_000 }
  /// Time from a request to its answer.
  var returnDelayNanoseconds: UInt64 { UInt64(memory.physical(.returnDelay) * 1_000) }
  /// Position that it reports, as a board passes it on.
  var positionTicks: Int16 { Int16(clamping: presentPosition) }

  /// True when it reports an error.
  var hasAlert: Bool { memory[.errors] != 0 }
  /// Its errors, with the bits of ``ServoErrorBit``.
  var errorBits: UInt8 {
    memory.kind.family.errorBits(UInt8(truncatingIfNeeded: memory[.errors]))
  }

  /// Reports an error from now on.
  mutating func report(_ error: ServoErrorBit) {
    memory[.errors] |= Int32(memory.kind.family.status(error))
  }

  /// Begins or ends a fault of servos, which may be another's.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    let isIt = id == fault.id
    switch fault.kind {
    case .silentServo: if isIt { isMute = isOn }
    case .servoReboot: if isIt && isOn { reboot() }
    case .hotServo: if isIt { stress.addedCelsius = isOn ? LoopbackFault.addedCelsius : 0 }
    case .brownOut: if isOn { reboot() }
    case .implausiblePose: if isIt { misreport.befall(fault, of: id, isOn: isOn) }
    case .frozenJoints, .randomJoints: misreport.befall(fault, of: id, isOn: isOn)
    case .leftoverSettings:
      guard isIt && isOn else { return }
      var random = SeededRandom(seed: fault.seed)
      for setting in LeftoverSettings(of: memory.kind.family).drawn(&random) {
        memory[setting.role] = setting.value
      }
    case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID, .flip, .lowSupply, .frozenIMU,
      .portGone, .echo, .gyroRange, .gravityLength:
      break
    }
  }
}
