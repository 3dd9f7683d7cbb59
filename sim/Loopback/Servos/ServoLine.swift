internal import RobotDescription
internal import WireProtocol

/// A servo seen from its line, as far as the line's world needs it.
protocol VirtualServo {
  /// What of the robot it moves; `nil` for a spare one.
  var joint: Int? { get }
  /// What a host has sent it to.
  var goal: ServoGoal { get }
  /// What its motor is told now.
  var drive: ServoDrive { get }
  /// Its number on the line.
  var id: UInt8 { get }
  /// Bits per second at which it hears and answers.
  var baudRate: UInt32 { get }
  /// Whether it hears and says nothing.
  var isMute: Bool { get set }
  /// How hot and how strained it is.
  var stress: ServoStress { get set }
  /// What it says of its position beside the truth.
  var misreport: ServoMisreport { get set }
  /// Whether it reports an error of its own.
  var hasAlert: Bool { get }
  /// Has settings of another tool from now on.
  mutating func leaveSettings(_ random: inout SeededRandom)

  /// Which, as a board's `health` has it: bit 0 supply, 1 encoder, 2 heat, 3 current, 4 shock, 5 overload.
  var healthErrorBits: UInt8 { get }
  /// Starts it anew, as when its power was off.
  mutating func reboot()
  /// Reads or writes a part of its memory for a board.
  mutating func answer(
    _ access: BoardRegisterAccess, supplyMillivolts: UInt16, nowMicroseconds: UInt64
  ) -> BoardRegisterAnswer
  /// Where it says that it is.
  var positionTicks: Int16 { get }
  /// Lets go, and is set up as a board's firmware sets servos up: for positions within a turn, at once,
  /// with the gain at which the robot's joint is as stiff as its model.
  mutating func makeReady()
  /// Is sent to a position of its own.
  mutating func go(to ticks: Int16)
  /// Holds, or lets go.
  mutating func hold(_ isOn: Bool)
  /// Lets time pass, after which it is as `state` says.
  mutating func pass(seconds: Double, state: ServoState, nowMicroseconds: UInt64)
}

extension VirtualServo {
  /// A fault of servos begins or ends; it may be another's.
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
      leaveSettings(&random)
    case .drop, .corrupt, .delay, .duplicate, .truncate, .wrongID, .flip, .lowSupply, .frozenIMU,
      .portGone, .echo, .gyroRange, .gravityLength:
      break
    }
  }
}

/// The world at the robot's end of a line of servos: a body, a servo for each joint, and time.
struct ServoLine<Servo: VirtualServo>: ~Copyable {
  private(set) var robot: VirtualRobot
  private(set) var time: LoopbackTime
  var pace: LinePace
  var servos: [Servo]
  /// In lockstep it sends with every read, so that each tick has a reading of its own.
  var sensor: MotionSensor
  /// Speed of what the host sends; `nil` while it has not been told.
  private var hostBaudRate: UInt32?

  /// Makes a servo for each joint of a robot.
  ///
  /// - Parameters:
  ///   - baudRate: Speed of the line in real time.
  ///   - spareCount: Servos that drive nothing, with the numbers after the highest.
  init(
    robot: consuming VirtualRobot, clock: LoopbackClock, baudRate: UInt32, spareCount: Int,
    sensor: MotionSensor, servo: (_ joint: Int?, _ calibration: ServoCalibration) -> Servo
  ) {
    time = LoopbackTime(clock: clock, stepMicroseconds: robot.stepMicroseconds)
    pace = LinePace(baudRate: clock == .realTime ? baudRate : nil)
    servos = (0..<robot.robot.jointCount).map { servo($0, robot.robot[joint: $0].servo) }
    var spare = robot.robot[joint: 0].servo
    spare.id = servos.map(\.id).max() ?? 0
    for _ in 0..<spareCount where spare.id < 252 {
      spare.id += 1
      servos.append(servo(nil, spare))
    }
    self.robot = robot
    self.sensor = sensor
    letServosPass()
  }

  /// The servos that hear a request to a number, or to all.
  func servos(_ id: UInt8, isToAll: Bool) -> [Int] {
    servos.indices.filter { hears(servos[$0]) && (isToAll || servos[$0].id == id) }
  }

  /// Bytes that come now are sent at so many bits per second.
  mutating func listen(at baudRate: UInt32) {
    guard baudRate > 0, baudRate != hostBaudRate else { return }
    hostBaudRate = baudRate
    pace.change(to: baudRate)
  }

  /// A servo makes nothing of bytes at another speed than its own.
  private func hears(_ servo: Servo) -> Bool {
    guard let host = hostBaudRate else { return true }
    return LinePace.agree(host, servo.baudRate)
  }

  /// Lets time pass up to now; in lockstep nothing happens.
  mutating func advance(to nowNanoseconds: UInt64) throws(LoopbackError) {
    guard time.tell(nowNanoseconds / 1_000) else { return }
    while time.nextStep() != nil { try step() }
    time.finish()
  }

  /// One control period of lockstep.
  mutating func advanceOnePeriod() throws(LoopbackError) {
    for _ in 0..<robot.stepsPerPeriod { try step() }
    time.pass(microseconds: UInt64(robot.robot.controlPeriodMicroseconds))
  }

  /// Lets a host do something to a servo, and judges what becomes of its goal.
  mutating func command<Result>(_ index: Int, _ body: (inout Servo) -> Result) -> Result {
    let before = servos[index].goal
    let result = body(&servos[index])
    if let joint = servos[index].joint {
      robot.judge(joint, from: before, to: servos[index].goal)
    }
    return result
  }

  /// A host had a say in what servos do.
  mutating func commanded() { robot.commanded() }

  /// Positions are being read: in lockstep that is when the sensor sends.
  mutating func sense() {
    if time.clock == .lockstep { sensor.send(of: robot) }
  }

  /// A fault of servos or sensor begins or ends; those of answers and port are others' business.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    if fault.kind == .frozenIMU { sensor.isFrozen = isOn }
    if fault.kind == .gyroRange { sensor.isAtRange = isOn }
    if fault.kind == .gravityLength { sensor.isOfWrongLength = isOn }
    if fault.kind == .brownOut && isOn { sensor.restart() }
    if fault.kind == .lowSupply { robot.isSupplyLow = isOn }
    for index in servos.indices { servos[index].befall(fault, isOn: isOn) }
  }

  /// What was counted so far, with how far the body went and what came over the line.
  func report(_ tally: LoopbackReport, _ statistics: PacketStatistics) -> LoopbackReport {
    var report = tally
    robot.addTravel(to: &report)
    report.isTorqueOn = servos.contains { $0.joint != nil && $0.goal.isOn }
    report.skippedMicroseconds = time.skippedMicroseconds
    report.frames = Int(statistics.packets)
    report.badFrames = Int(statistics.badPackets)
    return report
  }

  private mutating func step() throws(LoopbackError) {
    for servo in servos {
      if let joint = servo.joint { robot.drive(joint, servo.drive) }
    }
    try robot.step(count: 1)
    letServosPass()
    if time.clock == .realTime { sensor.send(of: robot, nowMicroseconds: time.nowMicroseconds) }
  }

  private mutating func letServosPass() {
    let seconds = Double(robot.stepMicroseconds) * 1e-6
    for index in servos.indices {
      servos[index].pass(
        seconds: seconds,
        state: servos[index].joint.map { robot.servoState($0) }
          ?? ServoState(positionTicks: 2_048, velocityTicksPerSecond: 0, load: 0),
        nowMicroseconds: time.nowMicroseconds)
    }
  }
}
