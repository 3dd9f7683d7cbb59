internal import WireProtocol

/// An XL330-M288 seen from its line.
struct DynamixelServo: VirtualServo {
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
  /// When it last heard an instruction, by the device's clock.
  private var heardMicroseconds: UInt64 = 0
  private var state = ServoState(positionTicks: 0, velocityTicksPerSecond: 0, load: 0)
  private let nominalGain: Double

  /// Bytes of the control table, indirect addresses and data included.
  private static let byteCount = 228
  private static let indirectAddresses = 168..<208
  private static let indirectData = 208..<228
  /// Ticks per second in one count of a velocity: 0.229 turns a minute.
  private static let ticksPerVelocityCount = 0.229 * 4096 / 60
  /// Ticks per second squared in one count of a profile's acceleration: 214.577 turns a minute².
  private static let ticksPerAccelerationCount = 214.577 * 4096 / 3600
  /// Milliamperes at the largest torque.
  private static let currentMax = 1_470.0
  /// Load that counts as too much, and for how long it is let be.
  private static let overloadMin = 0.98
  private static let overloadSecondsMax = 2.0

  /// A servo as it comes, but for its number and the speed of its line.
  ///
  /// - Parameter nominalGain: Register 84 at which the robot's joint is as stiff as its
  ///   model; where the register does not hold it, the gain that it comes with is.
  init(joint: Int?, id: UInt8, baudNumber: Int32, nominalGain: Int32) {
    self.joint = joint
    memory = ServoMemory(
      (0..<DynamixelTable.count).map(DynamixelTable.register(at:)), byteCount: Self.byteCount)
    let isHeld = nominalGain > 0 && memory.holds(nominalGain, at: Register.positionGain)
    self.nominalGain = Double(isHeld ? nominalGain : memory[Register.positionGain])
    memory[Register.id] = Int32(id)
    memory[Register.baudRate] = baudNumber
    forgetIndirect()
  }

  /// As they come, and after each start, indirect addresses name the indirect data themselves.
  private mutating func forgetIndirect() {
    for index in 0..<20 {
      memory.store([UInt8(208 + index), 0], at: Self.indirectAddresses.lowerBound + 2 * index)
      memory.store([0], at: Self.indirectData.lowerBound + index)
    }
  }

  var baudRate: UInt32 { Dynamixel.baudRate(memory[Register.baudRate]) ?? 1_000_000 }
  var id: UInt8 { UInt8(truncatingIfNeeded: memory[Register.id]) }
  var model: UInt16 { UInt16(truncatingIfNeeded: memory[Register.model]) }
  var firmware: UInt8 { UInt8(truncatingIfNeeded: memory[Register.firmware]) }
  var returnDelayNanoseconds: UInt64 { UInt64(memory[Register.returnDelay]) * 2_000 }
  var statusLevel: Int32 { memory[Register.statusLevel] }
  var hasAlert: Bool { memory[Register.hardwareError] != 0 }
  var healthErrorBits: UInt8 {
    let status = UInt8(truncatingIfNeeded: memory[Register.hardwareError])
    // Supply, heat, shock and overload have the same places; the encoder has bit 3 here.
    return status & 0b11_0101 | (status & 0b1000) >> 2
  }
  private var isTorqueOn: Bool { memory[Register.torque] != 0 }
  private var hasWatchdogTripped: Bool { memory[Register.watchdog] < 0 }

  var goal: ServoGoal {
    ServoGoal(
      isOn: isTorqueOn,
      ticks: Int16(clamping: toModel(Int64(memory[Register.goalPosition]))))
  }

  var drive: ServoDrive {
    ServoDrive(
      isOn: isTorqueOn,
      goalTicks: Int16(clamping: toModel(Int64(profile.position.rounded()))),
      gainFactor: Double(memory[Register.positionGain]) / nominalGain,
      torqueLimitFactor: Double(min(abs(memory[Register.goalPWM]), memory[Register.pwmLimit])) / 885
    )
  }

  /// Hears any instruction: that keeps its watchdog quiet.
  mutating func hear(at nowMicroseconds: UInt64) { heardMicroseconds = nowMicroseconds }

  /// Lets time pass.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64) {
    self.state = state
    stress.pass(seconds: seconds, load: state.load, overloadMin: Self.overloadMin)
    watch(nowMicroseconds)
    checkHardware()
    profile.pass(
      seconds: seconds, goal: Double(memory[Register.goalPosition]),
      speedMax: Double(memory[Register.profileVelocity]) * Self.ticksPerVelocityCount,
      accelerationMax: Double(memory[Register.profileAcceleration])
        * Self.ticksPerAccelerationCount)
    if !isTorqueOn { profile.begin(at: Double(presentPosition)) }
  }

  /// Reads bytes, as they are now.
  mutating func read(
    _ address: Int, count: Int, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> (DynamixelResult.Code, ArraySlice<UInt8>) {
    refresh(supplyMillivolts: supplyMillivolts, nowMicroseconds: nowMicroseconds)
    guard count > 0, var bytes = memory.bytes(at: address, count: count) else {
      return (.dataRange, [])
    }
    for index in bytes.indices where Self.indirectData.contains(index) {
      bytes[index] = memory.bytes(at: target(ofIndirect: index), count: 1)?.first ?? 0
    }
    return (.none, bytes)
  }

  /// Writes bytes, or says why not.
  mutating func write(_ data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code {
    let parts = parts(of: data, at: address)
    for part in parts {
      switch memory.refusal(writing: part.data, at: part.address, isKeptLocked: isTorqueOn) {
      case .access: return .access
      case .range: return .dataRange
      case .length: return .dataLength
      case nil: break
      }
      if let code = refusal(writing: part.data, at: part.address) { return code }
    }
    let wasTorqueOn = isTorqueOn
    for part in parts { memory.store(part.data, at: part.address) }
    // It goes to its goal from where it is, and a goal of long ago counts.
    if isTorqueOn && !wasTorqueOn { profile.begin(at: Double(presentPosition)) }
    return .none
  }

  mutating func answer(
    _ access: BoardRegisterAccess, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> BoardRegisterAnswer {
    hear(at: nowMicroseconds)
    let level = statusLevel
    if let data = access.newBytes {
      let code = write(data[...], at: Int(access.address))
      guard level >= 2 else { return .silent }
      return code == .none ? .done(bits: 0) : .refused
    }
    guard level >= 1 else { return .silent }
    let (code, bytes) = read(
      Int(access.address), count: access.byteCount, supplyMillivolts: supplyMillivolts,
      nowMicroseconds: nowMicroseconds)
    return code == .none ? .done(bits: UInt32(bytes: bytes)) : .refused
  }

  var positionTicks: Int16 { Int16(clamping: presentPosition) }

  mutating func makeReady() {
    hold(false)
    memory[Register.watchdog] = 0
    memory[Register.driveMode] = 0
    memory[Register.operatingMode] = 3
    memory[Register.positionGain] = Int32(nominalGain)
    memory[Register.goalPWM] = 885
    memory[Register.profileAcceleration] = 0
    memory[Register.profileVelocity] = 0
  }

  mutating func go(to ticks: Int16) {
    let bits = UInt32(bitPattern: Int32(ticks))
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    _ = write(bytes[...], at: Register.goalPosition)
  }

  mutating func hold(_ isOn: Bool) {
    if isOn != isTorqueOn { _ = write([isOn ? 1 : 0], at: Register.torque) }
  }

  /// Keeps a write until its action.
  mutating func prepare(_ data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code {
    prepared = (address, Array(data))
    memory[Register.registered] = 1
    return .none
  }

  /// Makes the prepared write.
  mutating func act() -> DynamixelResult.Code {
    guard let prepared else { return .resultFail }
    self.prepared = nil
    memory[Register.registered] = 0
    return write(prepared.data[...], at: prepared.address)
  }

  mutating func leaveSettings(_ random: inout SeededRandom) {
    for setting in LeftoverSettings.dynamixel.drawn(&random) {
      memory[setting.address] = setting.value
    }
  }

  /// Starts anew: everything that is not kept is as in a new servo.
  mutating func reboot() {
    memory.restart()
    forgetIndirect()
    memory[Register.hardwareError] = 0
    memory[Register.registered] = 0
    prepared = nil
  }

  /// Makes a new servo of it, but for its number or its speed.
  mutating func resetToFactory(keepsID: Bool, keepsBaudRate: Bool) {
    memory.resetToFactory(
      keeping: (keepsID ? [Register.id] : []) + (keepsBaudRate ? [Register.baudRate] : []))
    reboot()
  }

  // MARK: What goes on inside

  /// Goals are refused while the watchdog has tripped, and beyond the limits of the position; torque
  /// after an error that switched it off.
  private func refusal(writing data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code? {
    let range = address..<(address + data.count)
    if hasWatchdogTripped && range.overlaps(Register.goals) { return .dataRange }
    if range.contains(Register.goalPosition) && memory[Register.operatingMode] == 3 {
      var bits: UInt32 = 0
      for byte in 0..<4 {
        let index = data.startIndex + Register.goalPosition - address + byte
        bits |= UInt32(data[index]) << (8 * byte)
      }
      let limits =
        memory[
          Register.minPosition]...max(
          memory[Register.minPosition], memory[Register.maxPosition])
      guard limits.contains(Int32(bitPattern: bits)) else { return .dataLimit }
    }
    let isShutDown = memory[Register.hardwareError] & memory[Register.shutdown] != 0
    if isShutDown && range.contains(Register.torque)
      && data[data.startIndex + Register.torque - address] != 0
    {
      return .access
    }
    return nil
  }

  /// Cuts a write where indirect data lead elsewhere.
  private func parts(
    of data: ArraySlice<UInt8>, at address: Int
  ) -> [(address: Int, data: ArraySlice<UInt8>)] {
    guard (address..<(address + data.count)).overlaps(Self.indirectData) else {
      return [(address, data)]
    }
    var parts: [(address: Int, data: ArraySlice<UInt8>)] = []
    for (offset, byte) in data.enumerated() {
      let place = address + offset
      let target = Self.indirectData.contains(place) ? target(ofIndirect: place) : place
      if let last = parts.last, last.address + last.data.count == target {
        parts[parts.count - 1].data.append(byte)
      } else {
        parts.append((target, [byte]))
      }
    }
    return parts
  }

  /// The address that a byte of indirect data stands for; its own when none sensible was set.
  private func target(ofIndirect place: Int) -> Int {
    let entry = Self.indirectAddresses.lowerBound + 2 * (place - Self.indirectData.lowerBound)
    let bytes = memory.bytes(at: entry, count: 2) ?? [0, 0]
    let target = Int(bytes[bytes.startIndex]) | Int(bytes[bytes.startIndex + 1]) << 8
    return target < Self.indirectAddresses.lowerBound ? target : place
  }

  /// Trips the watchdog when nothing was heard for too long while it holds.
  private mutating func watch(_ nowMicroseconds: UInt64) {
    let counts = memory[Register.watchdog]
    guard counts > 0, isTorqueOn,
      nowMicroseconds > heardMicroseconds + UInt64(counts) * 20_000
    else { return }
    memory[Register.watchdog] = -1
    memory[Register.goalPosition] = presentPosition
    profile.begin(at: Double(presentPosition))
  }

  /// Notices heat and overload; those that are to switch torque off do.
  private mutating func checkHardware() {
    var errors = memory[Register.hardwareError]
    if stress.temperature > Double(memory[Register.temperatureLimit]) { errors |= 1 << 2 }
    if stress.overloadSeconds > Self.overloadSecondsMax { errors |= 1 << 5 }
    memory[Register.hardwareError] = errors
    if errors & memory[Register.shutdown] != 0 { memory[Register.torque] = 0 }
  }

  private mutating func refresh(supplyMillivolts: UInt16, nowMicroseconds: UInt64) {
    let sign: Int32 = isReversed ? -1 : 1
    let velocity = Double(state.velocityTicksPerSecond) / Self.ticksPerVelocityCount
    memory[Register.tick] = Int32(nowMicroseconds / 1_000 % 32_768)
    let reading = misreport.reading(
      position: presentPosition, velocity: sign * Int32(velocity.rounded()))
    memory[Register.presentPosition] = reading.position
    memory[Register.presentVelocity] = reading.velocity
    memory[Register.presentCurrent] = sign * Int32((state.load * Self.currentMax).rounded())
    memory[Register.presentPWM] = sign * Int32((state.load * 885).rounded())
    memory[Register.presentVoltage] = Int32(supplyMillivolts / 100)
    memory[Register.presentTemperature] = Int32(stress.temperature.rounded())
    memory[Register.positionTrajectory] = Int32(profile.position.rounded())
    memory[Register.moving] =
      abs(velocity) > Double(memory[Register.movingThreshold]) ? 1 : 0
  }

  private var isReversed: Bool { memory[Register.driveMode] & 1 != 0 }

  private var presentPosition: Int32 {
    let position = Int32(state.positionTicks)
    return (isReversed ? -position : position) + memory[Register.homingOffset]
  }

  /// From the servo's own positions to those of the robot's calibration.
  private func toModel(_ position: Int64) -> Int64 {
    let position = position - Int64(memory[Register.homingOffset])
    return isReversed ? -position : position
  }

  /// Addresses of the registers that mean something here.
  private enum Register {
    static let model = 0
    static let firmware = 6
    static let id = 7
    static let baudRate = 8
    static let returnDelay = 9
    static let driveMode = 10
    static let operatingMode = 11
    static let homingOffset = 20
    static let movingThreshold = 24
    static let temperatureLimit = 31
    static let pwmLimit = 36
    static let maxPosition = 48
    static let minPosition = 52
    static let shutdown = 63
    static let torque = 64
    static let statusLevel = 68
    static let registered = 69
    static let hardwareError = 70
    static let positionGain = 84
    static let watchdog = 98
    static let goals = 100..<120
    static let goalPWM = 100
    static let profileAcceleration = 108
    static let profileVelocity = 112
    static let goalPosition = 116
    static let tick = 120
    static let moving = 122
    static let presentPWM = 124
    static let presentCurrent = 126
    static let presentVelocity = 128
    static let presentPosition = 132
    static let positionTrajectory = 140
    static let presentVoltage = 144
    static let presentTemperature = 146
  }
}
