internal import RobotDescription
internal import WireProtocol

/// A simulated Feetech STS servo, as a host sees it from its line.
///
/// Position mode follows Feetech's memory table of the STS servos (position limits, phase, homing
/// offset and the note on the phase), and measurements of users (huggingface/lerobot#3373,
/// pollen-robotics/rustypot#96, matthieuvigne/STS_servos#7):
/// - A position is the encoder's count less the homing offset. Unless bit 4 of the phase is set, it
///   is one within a turn: after 4095 comes 0, wherever the offset has put that.
/// - A goal is clamped to the position limits; with both at 0 it may be turns away.
/// - The motor never crosses the place where the position wraps. When goal and position lie on
///   different sides of it, it goes the long way round; a horn that is pushed across it does so as
///   well.
/// - Bit 7 of the phase reverses the counting, and bit 0 the turning; one of them alone makes the
///   servo run away from its goal.
struct SimulatedFeetech: SimulatedServo {
  /// Joint that it moves; `nil` for a spare servo.
  let joint: Int?
  /// True when it is silent, although it receives requests.
  var isMute = false
  var memory: ServoMemory
  /// A write that waits for its action.
  private var prepared: (address: Int, data: [UInt8])?
  var stress = ServoStress()
  var misreport = ServoMisreport()
  private var profile = ServoProfile()
  private var state = ServoState(positionTicks: 0, velocityTicksPerSecond: 0, load: 0)
  let nominalGain: Double

  init(
    _ kind: ServoKind, joint: Int?, id: UInt8, baudRate: UInt32, nominalGain: Int32
  ) {
    self.joint = joint
    memory = ServoMemory(kind, id: id, baudRate: baudRate)
    self.nominalGain = memory.nominalGain(nominalGain)
  }

  var answersWrites: Bool { memory[.statusLevel] != 0 }
  var errors: FeetechErrors {
    FeetechErrors(rawValue: UInt8(truncatingIfNeeded: memory[.errors]))
  }
  var isTorqueOn: Bool { memory[.torqueEnable] == 1 }

  var goal: ServoGoal {
    ServoGoal(isOn: isTorqueOn, ticks: modelTicks(ofGoal: goalWithinLimits))
  }

  var drive: ServoDrive {
    let isProtecting = errors.rawValue & memory.kind.family.status(.overload) != 0
    let limit: RegisterRole = isProtecting ? .protectiveTorque : .torqueLimit
    return ServoDrive(
      isOn: isTorqueOn,
      goalTicks: modelTicks(ofGoal: Int32(profile.position.rounded())),
      gainFactor: Double(memory[.positionPGain]) / nominalGain,
      torqueLimitFactor: Double(memory[limit]) / Double(memory.register(limit).highest))
  }

  /// Lets time pass, which ends in a state of the joint.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64) {
    self.state = state
    stress.pass(
      seconds: seconds, load: state.load,
      overloadMin: Double(memory[.overloadTorque]) / 100)
    checkHardware()
    profile.pass(
      seconds: seconds, goal: Double(goalWithinLimits),
      speedMax: Double(abs(memory[.profileVelocity])),
      accelerationMax: Double(memory[.profileAcceleration])
        * memory.register(.profileAcceleration).unit.perCount)
    if !isTorqueOn { profile.begin(at: Double(presentPosition)) }
  }

  /// Reads bytes of the present state; those beyond the memory are zero.
  mutating func read(_ address: Int, count: Int, supplyMillivolts: UInt16) -> [UInt8] {
    refresh(supplyMillivolts: supplyMillivolts)
    let known = min(count, max(0, memory.kind.facts.byteCount - address))
    let bytes = known > 0 ? memory.bytes(at: address, count: known) ?? [] : []
    return Array(bytes) + Array(repeating: 0, count: count - known)
  }

  /// Writes bytes; a servo of this family does not report a refusal.
  ///
  /// - Returns: True when the bytes were written.
  mutating func write(_ data: ArraySlice<UInt8>, at address: Int) -> Bool {
    let isLocked = memory[.lock] != 0
    guard memory.refusal(writing: data, at: address, isEEPROMLocked: isLocked) == nil
    else { return false }
    let (wasTorqueOn, torque) = (isTorqueOn, memory.register(.torqueEnable).address - address)
    if data.indices.contains(data.startIndex + torque), torque >= 0,
      data[data.startIndex + torque] == Self.middleCommand
    {
      makeMiddle()
      return true
    }
    memory.store(data, at: address)
    if isTorqueOn && !wasTorqueOn {
      profile.begin(at: Double(presentPosition))
      memory.reset(.errors)
    }
    return true
  }

  mutating func answer(
    _ access: BoardRegisterAccess, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> BoardRegisterAnswer {
    if let data = access.newBytes {
      let isAnswered = answersWrites
      // It acknowledges what it does not take, too.
      _ = write(data[...], at: Int(access.address))
      return isAnswered ? .done(bits: 0) : .silent
    }
    let bytes = read(
      Int(access.address), count: access.byteCount, supplyMillivolts: supplyMillivolts)
    return .done(bits: UInt32(bytes: bytes))
  }

  mutating func prepareForRun() {
    setTorque(false)
    let roles: [RegisterRole] = [
      .operatingMode, .profileAcceleration, .profileVelocity, .torqueLimit,
    ]
    for role in roles { memory.reset(role) }
    memory[.positionPGain] = Int32(nominalGain)
  }

  mutating func setGoal(_ ticks: Int16) { memory[.goalPosition] = Int32(ticks) }

  mutating func setTorque(_ isOn: Bool) {
    if isOn != isTorqueOn {
      _ = write([isOn ? 1 : 0], at: memory.register(.torqueEnable).address)
    }
  }

  /// Keeps a write until its action.
  mutating func prepare(_ data: ArraySlice<UInt8>, at address: Int) {
    prepared = (address, Array(data))
  }

  /// Makes the prepared write.
  mutating func act() {
    guard let prepared else { return }
    self.prepared = nil
    _ = write(prepared.data[...], at: prepared.address)
  }

  /// Restarts: RAM has its first values.
  mutating func reboot() {
    memory.restart()
    memory.reset(.errors)
    prepared = nil
  }

  /// Resets all registers, but for the ID.
  mutating func resetToFactory() {
    memory.resetToFactory(keeping: [.id])
    reboot()
  }

  // MARK: Inside the servo

  /// Value of the torque switch that makes the present position the middle.
  private static let middleCommand: UInt8 = 128
  private static let ticksPerTurn = Int32(ServoCalibration.ticksPerTurn)

  /// Makes the present position the middle of the turn.
  private mutating func makeMiddle() {
    memory[.homingOffset] = Self.withinTurn(encoderCount) - Self.ticksPerTurn / 2
  }

  /// Reports overheating and overload; overheating of the shutdown register switches torque off.
  private mutating func checkHardware() {
    if stress.temperature > Double(memory[.temperatureLimit]) { report(.temperature) }
    if stress.overloadSeconds > memory.physical(.overloadTime) / 1_000 { report(.overload) }
    let overheating = Int32(memory.kind.family.status(.temperature))
    if memory[.errors] & memory[.shutdown] & overheating != 0 { memory[.torqueEnable] = 0 }
  }

  private mutating func refresh(supplyMillivolts: UInt16) {
    let reading = misreport.reading(
      position: presentPosition, velocity: Int32(state.velocityTicksPerSecond))
    memory[.presentPosition] = reading.position
    memory[.presentVelocity] = reading.velocity
    memory[.presentLoad] = Int32((state.load * 1_000).rounded())
    memory[.presentCurrent] = Int32((state.load * memory.stallCurrentCounts).rounded())
    memory[.presentVoltage] = Int32(supplyMillivolts / 100)
    memory[.presentTemperature] = Int32(stress.temperature.rounded())
    memory[.moving] = abs(Int(state.velocityTicksPerSecond)) > 8 ? 1 : 0
  }

  var presentPosition: Int32 {
    let position = encoderCount - memory[.homingOffset]
    return hasPhase(.countsBeyondTurn) ? position : Self.withinTurn(position)
  }

  private var encoderCount: Int32 {
    let ticks = Int32(state.positionTicks)
    return hasPhase(.countsBackwards) ? -ticks : ticks
  }

  /// Goal position, clamped to the position limits.
  private var goalWithinLimits: Int32 {
    let goal = memory[.goalPosition]
    let (least, most) = (memory[.minPosition], memory[.maxPosition])
    return least == 0 && most == 0 ? goal : max(least, min(most, goal))
  }

  /// Position of the model to which a goal moves the motor: the present one and the difference to
  /// it.
  private func modelTicks(ofGoal goal: Int32) -> Int16 {
    let way = goal - presentPosition
    let ticks = Int32(state.positionTicks)
    return Int16(clamping: hasPhase(.turnsBackwards) ? ticks - way : ticks + way)
  }

  /// Count of the same angle within a turn.
  private static func withinTurn(_ count: Int32) -> Int32 { count & (ticksPerTurn - 1) }

  /// Bits of the phase.
  private enum Phase: Int32 {
    case turnsBackwards = 1
    case countsBeyondTurn = 16
    case countsBackwards = 128
  }

  private func hasPhase(_ phase: Phase) -> Bool {
    memory[.phase] & phase.rawValue != 0
  }
}
