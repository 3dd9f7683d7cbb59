internal import WireProtocol

/// An STS3215 seen from its line.
///
/// How it counts and turns in position mode is from Feetech's memory table of the STS servos (registers 9,
/// 11, 18 and 31, and the note on the phase), and from what users measured (huggingface/lerobot#3373,
/// pollen-robotics/rustypot#96, matthieuvigne/STS_servos#7):
/// - A position is the encoder's count less the homing offset. Unless bit 4 of the phase is set, it is one
///   within a turn: from 4095 it goes on at 0, wherever the offset has put that.
/// - A goal is held within the limits of position; with both at 0 it may be turns away.
/// - The motor never crosses the place where the position wraps. When goal and position lie on different
///   sides of it, it goes the long way round; a horn that is pushed across it does so as well.
/// - Bit 7 of the phase counts the other way round, and bit 0 turns the other way; one of them alone makes
///   the servo run away from its goal.
struct FeetechServo: VirtualServo {
  /// What of the robot it moves.
  let joint: Int?
  /// Whether it hears and says nothing.
  var isMute = false
  private(set) var memory: ServoMemory
  /// A write that waits for its action.
  private var prepared: (address: Int, data: [UInt8])?
  var stress = ServoStress()
  var misreport = ServoMisreport()
  private var profile = ServoProfile()
  private var state = ServoState(positionTicks: 0, velocityTicksPerSecond: 0, load: 0)
  private let nominalGain: Double

  /// Bytes of the memory.
  private static let byteCount = 87
  /// Steps per second squared in one count of the acceleration.
  private static let stepsPerAccelerationCount = 100.0
  /// Counts of the current, 6.5 mA each, at the largest torque: 2.7 A at 7.4 V.
  private static let currentMax = 415.0

  /// A servo as it comes, but for its number and the speed of its line.
  ///
  /// - Parameter nominalGain: Register 21 at which the robot's joint is as stiff as its
  ///   model; where the register does not hold it, the gain that it comes with is.
  init(joint: Int?, id: UInt8, baudNumber: Int32, nominalGain: Int32) {
    self.joint = joint
    memory = ServoMemory(
      (0..<FeetechTable.count).map(FeetechTable.register(at:)), byteCount: Self.byteCount)
    let isHeld = nominalGain > 0 && memory.holds(nominalGain, at: Register.positionGain)
    self.nominalGain = Double(isHeld ? nominalGain : memory[Register.positionGain])
    memory[Register.id] = Int32(id)
    memory[Register.baudRate] = baudNumber
  }

  var baudRate: UInt32 { Feetech.baudRate(memory[Register.baudRate]) ?? 1_000_000 }
  var id: UInt8 { UInt8(truncatingIfNeeded: memory[Register.id]) }
  var returnDelayNanoseconds: UInt64 { UInt64(memory[Register.returnDelay]) * 2_000 }
  var answersWrites: Bool { memory[Register.statusLevel] != 0 }
  var errors: FeetechErrors {
    FeetechErrors(rawValue: UInt8(truncatingIfNeeded: memory[Register.status]))
  }
  var hasAlert: Bool { errors.rawValue != 0 }
  var healthErrorBits: UInt8 { errors.rawValue & 0b10_1111 }
  private var isTorqueOn: Bool { memory[Register.torque] == 1 }

  var goal: ServoGoal {
    ServoGoal(isOn: isTorqueOn, ticks: modelTicks(ofGoal: goalWithinLimits))
  }

  var drive: ServoDrive {
    let isProtecting = errors.contains(.overload)
    let limit = isProtecting ? memory[Register.protectiveTorque] * 10 : memory[Register.torqueLimit]
    return ServoDrive(
      isOn: isTorqueOn,
      goalTicks: modelTicks(ofGoal: Int32(profile.position.rounded())),
      gainFactor: Double(memory[Register.positionGain]) / nominalGain,
      torqueLimitFactor: Double(limit) / 1_000)
  }

  /// Lets time pass, after which it is as `state` says.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64) {
    self.state = state
    stress.pass(
      seconds: seconds, load: state.load,
      overloadMin: Double(memory[Register.overloadTorque]) / 100)
    checkHardware()
    profile.pass(
      seconds: seconds, goal: Double(goalWithinLimits),
      speedMax: Double(abs(memory[Register.goalVelocity])),
      accelerationMax: Double(memory[Register.acceleration]) * Self.stepsPerAccelerationCount)
    if !isTorqueOn { profile.begin(at: Double(presentPosition)) }
  }

  /// Reads bytes, as they are now; what is beyond the memory is zero.
  mutating func read(_ address: Int, count: Int, supplyMillivolts: UInt16) -> [UInt8] {
    refresh(supplyMillivolts: supplyMillivolts)
    let known = min(count, max(0, Self.byteCount - address))
    let bytes = known > 0 ? memory.bytes(at: address, count: known) ?? [] : []
    return Array(bytes) + Array(repeating: 0, count: count - known)
  }

  /// Writes bytes; a servo of this kind does not say when it will not.
  ///
  /// - Returns: Whether it did.
  mutating func write(_ data: ArraySlice<UInt8>, at address: Int) -> Bool {
    let isLocked = memory[Register.lock] != 0
    guard memory.refusal(writing: data, at: address, isKeptLocked: isLocked) == nil
    else { return false }
    let (wasTorqueOn, torque) = (isTorqueOn, Register.torque - address)
    if data.indices.contains(data.startIndex + torque), torque >= 0,
      data[data.startIndex + torque] == 128
    {
      makeMiddle()
      return true
    }
    memory.store(data, at: address)
    if isTorqueOn && !wasTorqueOn {
      profile.begin(at: Double(presentPosition))
      memory[Register.status] = 0
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

  var positionTicks: Int16 { Int16(clamping: presentPosition) }

  mutating func makeReady() {
    hold(false)
    memory[Register.operatingMode] = 0
    memory[Register.positionGain] = Int32(nominalGain)
    memory[Register.acceleration] = 0
    memory[Register.goalVelocity] = 0
    memory[Register.torqueLimit] = 1_000
  }

  mutating func go(to ticks: Int16) { memory[Register.goalPosition] = Int32(ticks) }

  mutating func hold(_ isOn: Bool) {
    if isOn != isTorqueOn { _ = write([isOn ? 1 : 0], at: Register.torque) }
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

  mutating func leaveSettings(_ random: inout SeededRandom) {
    for setting in LeftoverSettings.feetech.drawn(&random) {
      memory[setting.address] = setting.value
    }
  }

  /// Starts anew: everything that is not kept is as in a new servo.
  mutating func reboot() {
    memory.restart()
    memory[Register.status] = 0
    prepared = nil
  }

  /// Makes a new servo of it, but for its number.
  mutating func resetToFactory() {
    memory.resetToFactory(keeping: [Register.id])
    reboot()
  }

  // MARK: What goes on inside

  /// Makes the present position 2048.
  private mutating func makeMiddle() {
    memory[Register.homingOffset] = Self.withinTurn(encoderCount) - 2_048
  }

  /// Notices heat, and load that lasts; the ones that are to switch torque off do.
  private mutating func checkHardware() {
    var errors = UInt8(truncatingIfNeeded: memory[Register.status])
    if stress.temperature > Double(memory[Register.temperatureLimit]) {
      errors |= FeetechErrors.overheating.rawValue
    }
    if stress.overloadSeconds > Double(memory[Register.protectionTime]) / 100 {
      errors |= FeetechErrors.overload.rawValue
    }
    memory[Register.status] = Int32(errors)
    let unloading = UInt8(truncatingIfNeeded: memory[Register.unloadingCondition])
    if errors & unloading & FeetechErrors.overheating.rawValue != 0 { memory[Register.torque] = 0 }
  }

  private mutating func refresh(supplyMillivolts: UInt16) {
    let reading = misreport.reading(
      position: presentPosition, velocity: Int32(state.velocityTicksPerSecond))
    memory[Register.presentPosition] = reading.position
    memory[Register.presentVelocity] = reading.velocity
    memory[Register.presentLoad] = Int32((state.load * 1_000).rounded())
    memory[Register.presentCurrent] = Int32((state.load * Self.currentMax).rounded())
    memory[Register.presentVoltage] = Int32(supplyMillivolts / 100)
    memory[Register.presentTemperature] = Int32(stress.temperature.rounded())
    memory[Register.moving] = abs(Int(state.velocityTicksPerSecond)) > 8 ? 1 : 0
  }

  private var presentPosition: Int32 {
    let position = encoderCount - memory[Register.homingOffset]
    return hasPhase(.countsBeyondTurn) ? position : Self.withinTurn(position)
  }

  private var encoderCount: Int32 {
    let ticks = Int32(state.positionTicks)
    return hasPhase(.countsBackwards) ? -ticks : ticks
  }

  /// The goal of position, as far as the limits let it.
  private var goalWithinLimits: Int32 {
    let goal = memory[Register.goalPosition]
    let (least, most) = (memory[Register.minPosition], memory[Register.maxPosition])
    return least == 0 && most == 0 ? goal : max(least, min(most, goal))
  }

  /// Where the motor goes for a goal, as the model counts: by the difference to the present position.
  private func modelTicks(ofGoal goal: Int32) -> Int16 {
    let way = goal - presentPosition
    let ticks = Int32(state.positionTicks)
    return Int16(clamping: hasPhase(.turnsBackwards) ? ticks - way : ticks + way)
  }

  /// A count of the same angle from 0 to 4095.
  private static func withinTurn(_ count: Int32) -> Int32 { count & 4_095 }

  /// Bits of the phase.
  private enum Phase: Int32 {
    case turnsBackwards = 1
    case countsBeyondTurn = 16
    case countsBackwards = 128
  }

  private func hasPhase(_ phase: Phase) -> Bool {
    memory[Register.phase] & phase.rawValue != 0
  }

  /// Addresses of the registers that mean something here.
  private enum Register {
    static let id = 5
    static let baudRate = 6
    static let returnDelay = 7
    static let statusLevel = 8
    static let minPosition = 9
    static let maxPosition = 11
    static let temperatureLimit = 13
    static let phase = 18
    static let unloadingCondition = 19
    static let positionGain = 21
    static let homingOffset = 31
    static let operatingMode = 33
    static let protectiveTorque = 34
    static let protectionTime = 35
    static let overloadTorque = 36
    static let torque = 40
    static let acceleration = 41
    static let goalPosition = 42
    static let goalVelocity = 46
    static let torqueLimit = 48
    static let lock = 55
    static let presentPosition = 56
    static let presentVelocity = 58
    static let presentLoad = 60
    static let presentVoltage = 62
    static let presentTemperature = 63
    static let status = 65
    static let moving = 66
    static let presentCurrent = 69
  }
}
