internal import RobotDescription
internal import WireProtocol

/// The robot's end of a line of servos: a body, a servo for each joint, an IMU, and time.
struct SimulatedServoLine<Servo: SimulatedServo>: ~Copyable {
  private(set) var robot: SimulatedRobot
  private(set) var time: LoopbackTime
  var pace: LinePace
  var servos: [Servo]
  /// In lockstep it sends with every read, so that each tick has a reading of its own.
  var imu: SimulatedIMU
  /// Baud rate of the host; `nil` while it is not known.
  private var hostBaudRate: UInt32?

  /// Makes a servo for each joint of a robot.
  ///
  /// - Parameters:
  ///   - kind: Kind of all servos.
  ///   - baudRate: Baud rate of the line in real time, and of all servos.
  ///   - spareCount: Servos that move no joint, with the IDs after the highest.
  /// - Throws: ``LoopbackError`` when the servos have no such baud rate.
  init(
    _ kind: ServoKind, robot: consuming SimulatedRobot, clock: LoopbackClock, baudRate: UInt32,
    spareCount: Int, imu: SimulatedIMU
  ) throws(LoopbackError) {
    guard kind.family.baudRates.contains(baudRate) else {
      throw .baudRate(baudRate, known: kind.family.baudRates)
    }
    func servo(_ joint: Int?, _ calibration: ServoCalibration) -> Servo {
      Servo(
        kind, joint: joint, id: calibration.id, baudRate: baudRate,
        nominalGain: Int32(calibration.positionGain))
    }
    time = LoopbackTime(clock: clock, stepMicroseconds: robot.stepMicroseconds)
    pace = LinePace(baudRate: clock == .realTime ? baudRate : nil)
    servos = (0..<robot.robot.jointCount).map { servo($0, robot.robot[joint: $0].servo) }
    var spare = robot.robot[joint: 0].servo
    spare.id = servos.map(\.id).max() ?? 0
    for _ in 0..<spareCount where spare.id < kind.family.idMax {
      spare.id += 1
      servos.append(servo(nil, spare))
    }
    self.robot = robot
    self.imu = imu
    letServosPass()
  }

  /// Address of the goal position.
  var goalAddress: Int { servos[0].memory.register(.goalPosition).address }

  /// Servos that receive a request to an ID, or to all.
  func servos(_ id: UInt8, isToAll: Bool) -> [Int] {
    servos.indices.filter { hears(servos[$0]) && (isToAll || servos[$0].id == id) }
  }

  /// Bytes that come now are sent at so many bits per second.
  mutating func listen(at baudRate: UInt32) {
    guard baudRate > 0, baudRate != hostBaudRate else { return }
    hostBaudRate = baudRate
    pace.change(to: baudRate)
  }

  /// A servo understands no bytes at another baud rate than its own.
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

  /// Carries out a host's request to a servo, and judges the change of its goal.
  mutating func command<Result>(_ index: Int, _ body: (inout Servo) -> Result) -> Result {
    let before = servos[index].goal
    let result = body(&servos[index])
    if let joint = servos[index].joint {
      robot.judge(joint, from: before, to: servos[index].goal)
    }
    return result
  }

  /// Notes that a host has commanded the servos.
  mutating func commanded() { robot.commanded() }

  /// Notes a read of positions, with which the IMU sends in lockstep.
  mutating func sense() {
    if time.clock == .lockstep { imu.send(of: robot) }
  }

  /// Begins or ends a fault of servos or IMU.
  mutating func befall(_ fault: LoopbackFault, isOn: Bool) {
    if fault.kind == .frozenIMU { imu.isFrozen = isOn }
    if fault.kind == .gyroRange { imu.isAtRange = isOn }
    if fault.kind == .gravityLength { imu.isOfWrongLength = isOn }
    if fault.kind == .brownOut && isOn { imu.restart() }
    if fault.kind == .lowSupply { robot.isSupplyLow = isOn }
    for index in servos.indices { servos[index].befall(fault, isOn: isOn) }
  }

  /// Completes a report with the travel of the body and the counts of the line.
  func report(_ tally: LoopbackReport, _ statistics: FrameStatistics) -> LoopbackReport {
    var report = tally
    robot.addTravel(to: &report)
    report.isTorqueOn = servos.contains { $0.joint != nil && $0.goal.isOn }
    report.skippedMicroseconds = time.skippedMicroseconds
    report.frames = Int(statistics.frames)
    report.badFrames = Int(statistics.badFrames)
    return report
  }

  private mutating func step() throws(LoopbackError) {
    for servo in servos {
      if let joint = servo.joint { robot.drive(joint, servo.drive) }
    }
    try robot.step(count: 1)
    letServosPass()
    if time.clock == .realTime { imu.send(of: robot, nowMicroseconds: time.nowMicroseconds) }
  }

  private mutating func letServosPass() {
    let seconds = Double(robot.stepMicroseconds) * 1e-6
    for index in servos.indices {
      servos[index].pass(
        seconds: seconds,
        state: servos[index].joint.map { robot.servoState($0) }
          ?? ServoState(
            positionTicks: Int16(ServoCalibration.ticksPerTurn / 2), velocityTicksPerSecond: 0,
            load: 0),
        nowMicroseconds: time.nowMicroseconds)
    }
  }
}
