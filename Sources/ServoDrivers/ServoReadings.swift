internal import RobotDescription
internal import WireProtocol

/// The state of one servo in its own counts, as it answered last.
struct ServoReading {
  var positionTicks: Int32 = 0
  var velocityCounts: Int32 = 0
  var isTorqueOn = false
  var hasWatchdogTripped = false
  var errors = ServoErrors.none
  var decivolts: UInt16 = 0
  var celsius: UInt8 = 0

  @_noAllocation
  init() {}

  /// True when another reading has the same position, velocity, supply and temperature.
  @_noAllocation
  func agrees(with other: ServoReading) -> Bool {
    positionTicks == other.positionTicks && velocityCounts == other.velocityCounts
      && decivolts == other.decivolts && celsius == other.celsius
  }
}

/// Last readings of all servos on a line, their ages, and counts of missing answers.
struct ServoReadings {
  private(set) var values = InlineArray<32, ServoReading>(repeating: ServoReading())
  /// For each servo, ticks since it answered last; the largest number when it never did.
  private(set) var ages = InlineArray<32, UInt8>(repeating: .max)
  private var counts = BusStatistics()
  private let jointCount: Int

  init(jointCount: Int) { self.jointCount = jointCount }

  /// A bit for each joint.
  var allJoints: UInt32 { @_noAllocation get { .max &>> UInt32(32 - jointCount) } }

  /// The bit of a joint.
  @_noAllocation
  static func bit(_ joint: Int) -> UInt32 { UInt32(1) &<< UInt32(joint) }

  /// Counts of the bus, with those of its decoder and its line.
  @_noAllocation
  func statistics(_ received: FrameStatistics, discardedBytes: UInt32) -> BusStatistics {
    var statistics = counts
    statistics.frames = received.frames
    statistics.checksumErrors = received.checksumErrors
    statistics.discardedBytes = discardedBytes
    return statistics
  }

  // MARK: One read of all servos

  /// Begins a read: every last answer is one tick older.
  @_noAllocation
  mutating func begin() {
    for joint in 0..<jointCount where ages[joint] < .max { ages[joint] += 1 }
  }

  /// Takes the block of one servo.
  ///
  /// - Parameter status: Its own error bits, for servos that report them beside the block.
  @_noAllocation
  mutating func take(
    _ block: borrowing InlineArray<32, UInt8>, status: UInt8 = 0, joint: Int,
    _ tick: borrowing ServoTick
  ) {
    let decivolts = UInt16(truncatingIfNeeded: tick.voltage.value(in: block))
    // A servo that restarted has forgotten its indirect addresses, and sends zeros.
    if case .some = tick.indirect, decivolts == 0 {
      values[joint].isTorqueOn = false
      return
    }
    var reading = values[joint]
    reading.positionTicks = tick.position.value(in: block)
    reading.velocityCounts = tick.velocity.value(in: block)
    reading.decivolts = decivolts
    reading.celsius = UInt8(truncatingIfNeeded: tick.temperature.value(in: block))
    var status = status
    if let errors = tick.errors { status = UInt8(truncatingIfNeeded: errors.value(in: block)) }
    reading.errors = ServoErrors(rawValue: tick.family.errorBits(status))
    if let torque = tick.torque { reading.isTorqueOn = torque.value(in: block) != 0 }
    if let watchdog = tick.watchdog { reading.hasWatchdogTripped = watchdog.value(in: block) < 0 }
    values[joint] = reading
    ages[joint] = 0
  }

  /// Notes whether the torque of one servo is on.
  @_noAllocation
  mutating func take(torque isOn: Bool, joint: Int) { values[joint].isTorqueOn = isOn }

  /// Puts the reading and the age of a joint back to earlier ones.
  @_noAllocation
  mutating func restore(_ joint: Int, from earlier: borrowing ServoReadings) {
    values[joint] = earlier.values[joint]
    ages[joint] = earlier.ages[joint]
  }

  /// Ends a read, and counts the servos that did not answer.
  ///
  /// - Returns: True when all answered.
  /// - Throws: ``BusError/silent`` when none did.
  @_noAllocation
  mutating func end(answeredCount: Int) throws(BusError) -> Bool {
    if answeredCount == jointCount { return true }
    for joint in 0..<jointCount where ages[joint] > 0 { counts.missedByJoint[joint] &+= 1 }
    if answeredCount == 0 { throw .silent }
    counts.partialReplies &+= 1
    return false
  }

  /// Refuses a robot one of whose servos has never answered.
  @_noAllocation
  func requireAllKnown() throws(BusError) {
    for joint in 0..<jointCount where ages[joint] == .max { throw .silent }
  }

  /// True when every servo answered the last read.
  var areFresh: Bool {
    @_noAllocation get {
      for joint in 0..<jointCount where ages[joint] > 0 { return false }
      return true
    }
  }

  /// Counts a read that failed.
  @_noAllocation
  mutating func count(_ error: BusError) {
    if case .silent = error { counts.missedReplies &+= 1 }
  }

  // MARK: Sample

  /// Converts the last readings to SI units.
  @_noAllocation
  func fill(_ sample: inout BusSample, _ robot: borrowing Robot, _ tick: borrowing ServoTick) {
    sample.isTorqueOn = true
    sample.hasWatchdogTripped = false
    sample.hasServoError = false
    sample.hottestServoCelsius = 0
    var decivolts = UInt16.max
    for joint in 0..<jointCount {
      let servo = robot[joint: joint].servo
      let reading = values[joint]
      sample.robot.jointAngles[joint] = servo.radians(
        ticks: Int16(truncatingIfNeeded: max(-32_768, min(32_767, reading.positionTicks))))
      if let perCount = tick.radiansPerSecondPerCount {
        let velocity = Float(Int(reading.velocityCounts)) * perCount
        sample.robot.jointVelocities[joint] = servo.isReversed ? -velocity : velocity
      } else {
        sample.robot.jointVelocities[joint] = servo.radiansPerSecond(
          ticksPerSecond: reading.velocityCounts)
      }
      sample.isTorqueOn = sample.isTorqueOn && reading.isTorqueOn
      sample.isLimp[joint] = !reading.isTorqueOn
      sample.hasWatchdogTripped = sample.hasWatchdogTripped || reading.hasWatchdogTripped
      sample.hasServoError = sample.hasServoError || !reading.errors.isEmpty
      sample.servoErrors[joint] = reading.errors
      sample.servoCelsius[joint] = reading.celsius
      sample.jointAges[joint] = ages[joint]
      sample.hottestServoCelsius = max(sample.hottestServoCelsius, reading.celsius)
      decivolts = min(decivolts, reading.decivolts)
    }
    sample.supplyMillivolts = min(decivolts, 655) * 100
  }
}

/// One read in which each servo answers in a packet of its own.
///
/// Of two answers with one ID that differ neither is believed: one of them has a wrong ID.
struct ServoRound {
  /// A bit for each joint whose servo answered.
  private(set) var answered: UInt32 = 0
  private var doubtful: UInt32 = 0
  private let before: ServoReadings

  /// - Parameter readings: Restored for every servo whose answer is not believed.
  @_noAllocation
  init(_ readings: ServoReadings) { before = readings }

  /// A bit for each joint whose servo answered, and is believed so far.
  var believed: UInt32 { @_noAllocation get { answered & ~doubtful } }

  /// Takes the block of one servo.
  @_noAllocation
  mutating func take(
    _ block: borrowing InlineArray<32, UInt8>, status: UInt8 = 0, joint: Int,
    _ tick: borrowing ServoTick, into readings: inout ServoReadings
  ) {
    let last = readings.values[joint]
    readings.take(block, status: status, joint: joint, tick)
    let bit = ServoReadings.bit(joint)
    if answered & bit != 0 && !last.agrees(with: readings.values[joint]) { doubtful |= bit }
    answered |= bit
  }

  /// Believes no answer of a joint's servo in this read.
  @_noAllocation
  mutating func doubt(_ joint: Int) { doubtful |= ServoReadings.bit(joint) }

  /// Takes back the readings of servos that are not believed.
  @_noAllocation
  func end(_ readings: inout ServoReadings, jointCount: Int) {
    for joint in 0..<jointCount where doubtful & ServoReadings.bit(joint) != 0 {
      readings.restore(joint, from: before)
    }
  }
}
