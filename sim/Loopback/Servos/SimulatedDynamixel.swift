internal import RobotDescription
internal import WireProtocol

/// A simulated Dynamixel X servo, as a host sees it from its line.
struct SimulatedDynamixel: SimulatedServo {
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
  /// Time of the last instruction, on the device's clock.
  private var heardMicroseconds: UInt64 = 0
  private var state = ServoState(positionTicks: 0, velocityTicksPerSecond: 0, load: 0)
  let nominalGain: Double
  private let indirect: IndirectAddresses?
  /// Ticks per second in one count of a velocity.
  private let ticksPerVelocityCount: Double
  /// Ticks per second squared in one count of a profile's acceleration.
  private let ticksPerAccelerationCount: Double

  /// Load that counts as overload, and the time for which it is tolerated.
  private static let overloadMin = 0.98
  private static let overloadSecondsMax = 2.0

  init(
    _ kind: ServoKind, joint: Int?, id: UInt8, baudRate: UInt32, nominalGain: Int32
  ) {
    self.joint = joint
    memory = ServoMemory(kind, id: id, baudRate: baudRate)
    self.nominalGain = memory.nominalGain(nominalGain)
    indirect = kind.facts.indirect
    ticksPerVelocityCount =
      kind[.presentVelocity].unit.perCount * Double(ServoCalibration.ticksPerTurn) / 60
    ticksPerAccelerationCount =
      kind[.profileAcceleration].unit.perCount * Double(ServoCalibration.ticksPerTurn) / 3600
    forgetIndirect()
  }

  private var indirectData: Range<Int> {
    indirect.map { $0.data..<($0.data + $0.count) } ?? 0..<0
  }

  /// Resets the indirect addresses to those of the indirect data themselves, as a start does.
  private mutating func forgetIndirect() {
    guard let indirect else { return }
    for index in 0..<indirect.count {
      let place = indirect.data + index
      memory.store(
        [UInt8(place & 0xFF), UInt8(place >> 8)], at: indirect.addresses + 2 * index)
      memory.store([0], at: place)
    }
  }

  var model: UInt16 { UInt16(truncatingIfNeeded: memory[.modelNumber]) }
  var firmware: UInt8 { UInt8(truncatingIfNeeded: memory[.firmwareVersion]) }
  var statusLevel: Int32 { memory[.statusLevel] }
  var isTorqueOn: Bool { memory[.torqueEnable] != 0 }
  private var hasWatchdogTripped: Bool { memory[.busWatchdog] < 0 }

  var goal: ServoGoal {
    ServoGoal(
      isOn: isTorqueOn,
      ticks: Int16(clamping: toModel(Int64(memory[.goalPosition]))))
  }

  var drive: ServoDrive {
    ServoDrive(
      isOn: isTorqueOn,
      goalTicks: Int16(clamping: toModel(Int64(profile.position.rounded()))),
      gainFactor: Double(memory[.positionPGain]) / nominalGain,
      torqueLimitFactor: Double(min(abs(memory[.goalPWM]), memory[.pwmLimit])) / pwmMax)
  }

  private var pwmMax: Double { Double(memory.register(.goalPWM).highest) }

  /// Receives any instruction, which feeds its watchdog.
  mutating func hear(at nowMicroseconds: UInt64) { heardMicroseconds = nowMicroseconds }

  /// Lets time pass.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64) {
    self.state = state
    stress.pass(seconds: seconds, load: state.load, overloadMin: Self.overloadMin)
    watch(nowMicroseconds)
    checkHardware()
    profile.pass(
      seconds: seconds, goal: Double(memory[.goalPosition]),
      speedMax: Double(memory[.profileVelocity]) * ticksPerVelocityCount,
      accelerationMax: Double(memory[.profileAcceleration]) * ticksPerAccelerationCount)
    if !isTorqueOn { profile.begin(at: Double(presentPosition)) }
  }

  /// Reads bytes of the present state.
  mutating func read(
    _ address: Int, count: Int, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> (DynamixelResult.Code, ArraySlice<UInt8>) {
    refresh(supplyMillivolts: supplyMillivolts, nowMicroseconds: nowMicroseconds)
    guard count > 0, var bytes = memory.bytes(at: address, count: count) else {
      return (.dataRange, [])
    }
    for index in bytes.indices where indirectData.contains(index) {
      bytes[index] = memory.bytes(at: target(ofIndirect: index), count: 1)?.first ?? 0
    }
    return (.none, bytes)
  }

  /// Writes bytes, or returns the reason to refuse.
  mutating func write(_ data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code {
    let parts = parts(of: data, at: address)
    for part in parts {
      switch memory.refusal(writing: part.data, at: part.address, isEEPROMLocked: isTorqueOn) {
      case .access: return .access
      case .range: return .dataRange
      case .length: return .dataLength
      case nil: break
      }
      if let code = refusal(writing: part.data, at: part.address) { return code }
    }
    let wasTorqueOn = isTorqueOn
    for part in parts { memory.store(part.data, at: part.address) }
    // It moves to its goal from its present position, however old the goal is.
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

  mutating func prepareForRun() {
    setTorque(false)
    let roles: [RegisterRole] = [
      .busWatchdog, .driveMode, .operatingMode, .goalPWM, .profileAcceleration, .profileVelocity,
    ]
    for role in roles { memory.reset(role) }
    memory[.positionPGain] = Int32(nominalGain)
  }

  mutating func setGoal(_ ticks: Int16) {
    let goal = memory.register(.goalPosition)
    let bits = goal.bits(Int32(ticks))
    let bytes = (0..<goal.byteCount).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    _ = write(bytes[...], at: goal.address)
  }

  mutating func setTorque(_ isOn: Bool) {
    if isOn != isTorqueOn {
      _ = write([isOn ? 1 : 0], at: memory.register(.torqueEnable).address)
    }
  }

  /// Keeps a write until its action.
  mutating func prepare(_ data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code {
    prepared = (address, Array(data))
    memory[.registeredInstruction] = 1
    return .none
  }

  /// Makes the prepared write.
  mutating func act() -> DynamixelResult.Code {
    guard let prepared else { return .resultFail }
    self.prepared = nil
    memory[.registeredInstruction] = 0
    return write(prepared.data[...], at: prepared.address)
  }

  /// Restarts: RAM has its first values.
  mutating func reboot() {
    memory.restart()
    forgetIndirect()
    memory.reset(.errors)
    memory.reset(.registeredInstruction)
    prepared = nil
  }

  /// Resets all registers, but for the ID or the baud rate.
  mutating func resetToFactory(keepsID: Bool, keepsBaudRate: Bool) {
    memory.resetToFactory(
      keeping: (keepsID ? [.id] : []) + (keepsBaudRate ? [.baudRate] : []))
    reboot()
  }

  // MARK: Inside the servo

  /// Refuses goals while the watchdog has tripped and beyond the position limits, and torque after
  /// an error that switched it off.
  private func refusal(writing data: ArraySlice<UInt8>, at address: Int) -> DynamixelResult.Code? {
    let range = address..<(address + data.count)
    let (goal, torque) = (memory.register(.goalPosition), memory.register(.torqueEnable))
    // Everything from the first goal to the last is locked then.
    let goals = memory.register(.goalPWM).address..<goal.range.upperBound
    if hasWatchdogTripped && range.overlaps(goals) { return .dataRange }
    if range.contains(goal.address) && isInPositionMode {
      let start = data.startIndex + goal.address - address
      let value = goal.value(UInt32(bytes: data[start..<(start + goal.byteCount)]))
      let lowest = memory[.minPosition]
      guard (lowest...max(lowest, memory[.maxPosition])).contains(value) else { return .dataLimit }
    }
    let isShutDown = memory[.errors] & memory[.shutdown] != 0
    if isShutDown && range.contains(torque.address)
      && data[data.startIndex + torque.address - address] != 0
    {
      return .access
    }
    return nil
  }

  /// True when goals are positions within a turn, as in a new servo.
  private var isInPositionMode: Bool {
    memory[.operatingMode] == memory.register(.operatingMode).initialValue
  }

  /// Splits a write where indirect data name other bytes.
  private func parts(
    of data: ArraySlice<UInt8>, at address: Int
  ) -> [(address: Int, data: ArraySlice<UInt8>)] {
    guard (address..<(address + data.count)).overlaps(indirectData) else {
      return [(address, data)]
    }
    var parts: [(address: Int, data: ArraySlice<UInt8>)] = []
    for (offset, byte) in data.enumerated() {
      let place = address + offset
      let target = indirectData.contains(place) ? target(ofIndirect: place) : place
      if let last = parts.last, last.address + last.data.count == target {
        parts[parts.count - 1].data.append(byte)
      } else {
        parts.append((target, [byte]))
      }
    }
    return parts
  }

  /// Address that a byte of indirect data stands for; its own when none sensible was set.
  private func target(ofIndirect place: Int) -> Int {
    guard let indirect else { return place }
    let entry = indirect.addresses + 2 * (place - indirect.data)
    let bytes = memory.bytes(at: entry, count: 2) ?? [0, 0]
    let target = Int(bytes[bytes.startIndex]) | Int(bytes[bytes.startIndex + 1]) << 8
    return target < indirect.addresses ? target : place
  }

  /// Trips the watchdog when no instruction came for too long while torque is on.
  private mutating func watch(_ nowMicroseconds: UInt64) {
    guard memory[.busWatchdog] > 0, isTorqueOn,
      nowMicroseconds > heardMicroseconds + UInt64(memory.physical(.busWatchdog) * 1_000)
    else { return }
    memory[.busWatchdog] = -1
    memory[.goalPosition] = presentPosition
    profile.begin(at: Double(presentPosition))
  }

  /// Reports overheating and overload; errors of the shutdown register switch torque off.
  private mutating func checkHardware() {
    if stress.temperature > Double(memory[.temperatureLimit]) { report(.temperature) }
    if stress.overloadSeconds > Self.overloadSecondsMax { report(.overload) }
    if memory[.errors] & memory[.shutdown] != 0 { memory[.torqueEnable] = 0 }
  }

  private mutating func refresh(supplyMillivolts: UInt16, nowMicroseconds: UInt64) {
    let sign: Int32 = isReversed ? -1 : 1
    let velocity = Double(state.velocityTicksPerSecond) / ticksPerVelocityCount
    memory[.uptime] = Int32(nowMicroseconds / 1_000 % 32_768)
    let reading = misreport.reading(
      position: presentPosition, velocity: sign * Int32(velocity.rounded()))
    memory[.presentPosition] = reading.position
    memory[.presentVelocity] = reading.velocity
    memory[.presentCurrent] = sign * Int32((state.load * memory.stallCurrentCounts).rounded())
    memory[.presentPWM] = sign * Int32((state.load * pwmMax).rounded())
    memory[.presentVoltage] = Int32(supplyMillivolts / 100)
    memory[.presentTemperature] = Int32(stress.temperature.rounded())
    memory[.positionTrajectory] = Int32(profile.position.rounded())
    memory[.moving] =
      abs(velocity) > Double(memory[.movingThreshold]) ? 1 : 0
  }

  private var isReversed: Bool { memory[.driveMode] & 1 != 0 }

  var presentPosition: Int32 {
    let position = Int32(state.positionTicks)
    return (isReversed ? -position : position) + memory[.homingOffset]
  }

  /// Converts the servo's own positions to those of the robot's calibration.
  private func toModel(_ position: Int64) -> Int64 {
    let position = position - Int64(memory[.homingOffset])
    return isReversed ? -position : position
  }
}
