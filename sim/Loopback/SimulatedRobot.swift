internal import Physics
public import RobotDescription
public import WireProtocol

/// A simulated body with servos and an IMU, as a loopback drives it.
///
/// Time passes in ``step(count:)`` alone. Two robots with the same parameters and calls stay equal
/// bit for bit.
public struct SimulatedRobot: ~Copyable {
  /// Joints and mounting of their servos.
  public let robot: Robot
  /// Simulated time of one physics step.
  public let stepMicroseconds: UInt64
  /// Present command of each servo's motor.
  private(set) var drives: [ServoDrive]
  /// Physics steps made so far.
  public private(set) var stepCount = 0
  private var travel = Travel()
  private var goalsOutsideLimits = 0
  private var goalsOutsideSlew = 0
  /// Physics steps made at a host's last command.
  private var commandedStep = 0
  private var stepsOfMotionMax = 0
  /// True when the supply is below the lowest at which the robot may run.
  var isSupplyLow = false
  private let batch: SimulationBatch
  private let seed: UInt64
  private let imuNoise: ImuNoise
  private let variation: BodyVariation?
  /// Pushes made so far.
  private var pushCount = 0

  /// Difference between the supply and the lowest at which the robot may run: above it, or below.
  private static let supplyReserveMillivolts = 1_200
  private static let supplyLackMillivolts = 300

  /// Puts a body into a keyframe, with torque off.
  ///
  /// - Parameters:
  ///   - bodyPath: The MuJoCo model; its joints are those of `robot` in the same order.
  ///   - seed: Decides the offset of each joint from its angle in the keyframe.
  ///   - jointSpreadRadians: The largest offset; a joint stays within its limits.
  ///   - imuNoise: Noise of the IMU.
  ///   - variation: Differences between the body and its model; `nil` for the model itself.
  /// - Throws: ``LoopbackError`` when the model cannot be read or is not the robot's body.
  public init(
    robot: Robot, bodyPath: String, keyframe: String = "resting", seed: UInt64,
    jointSpreadRadians: Double = 0.05, imuNoise: ImuNoise = ImuNoise(),
    variation: BodyVariation? = nil
  ) throws(LoopbackError) {
    let model = try Self.readBody(path: bodyPath)
    let names = (0..<robot.jointCount).map { robot[joint: $0].name.description }
    guard model.jointNames == names else {
      throw .jointsDiffer(path: bodyPath, model: model.jointNames, robot: names)
    }
    guard let key = model.keyframe(keyframe) else {
      throw .physics(.modelUnsuitable(path: bodyPath, missing: "a keyframe named '\(keyframe)'"))
    }
    let stepMicroseconds = try Self.stepMicroseconds(of: model, path: bodyPath, robot: robot)
    batch = try Self.makeLimp(model, keyframe: key, as: variation)
    self.robot = robot
    self.seed = seed
    self.imuNoise = imuNoise
    self.variation = variation
    drives = Array(repeating: ServoDrive(), count: robot.jointCount)
    self.stepMicroseconds = stepMicroseconds
    var random = SeededRandom(seed: seed)
    for index in 0..<robot.jointCount {
      let joint = robot[joint: index]
      let radians = batch.jointAngle(index, of: 0) + jointSpreadRadians * random.symmetric()
      batch.setJointAngle(
        min(max(radians, Double(joint.lowerLimitRadians)), Double(joint.upperLimitRadians)),
        joint: index, of: 0)
    }
  }

  /// True when torque is on at a servo; without it the joints are limp.
  public var isTorqueOn: Bool { drives.contains { $0.isOn } }

  /// Supply voltage, in millivolts.
  var supplyMillivolts: UInt16 {
    let reserve = isSupplyLow ? -Self.supplyLackMillivolts : Self.supplyReserveMillivolts
    return UInt16(clamping: Int(robot.supplyMinMillivolts) + reserve)
  }

  /// Physics steps in one control period.
  public var stepsPerPeriod: Int {
    Int(UInt64(robot.controlPeriodMicroseconds) / stepMicroseconds)
  }

  /// Height of the torso's centre above the ground, in metres.
  public var torsoHeightMetres: Double { batch.position(of: 0).z }

  /// Angular rate of the torso in its own frame, in radians per second.
  var angularRate: SIMD3<Double> {
    batch.angularRate(of: 0) + noise(0) * imuNoise.radiansPerSecond
  }

  /// Attitude of the torso, as a unit quaternion: w, x, y, z.
  var attitude: SIMD4<Double> {
    // The noise is a small rotation in the world's frame.
    let q = batch.attitude(of: 0)
    let turn = noise(1) * (imuNoise.radians / 2)
    let turned = SIMD4(
      q.x - turn.x * q.y - turn.y * q.z - turn.z * q.w,
      q.y + turn.x * q.x + turn.y * q.w - turn.z * q.z,
      q.z + turn.y * q.x + turn.z * q.y - turn.x * q.w,
      q.w + turn.z * q.x + turn.x * q.z - turn.y * q.y)
    return turned / (turned * turned).sum().squareRoot()
  }

  /// Direction of gravity in the torso's frame, a unit vector.
  private var gravity: SIMD3<Double> {
    let noisy = batch.gravity(of: 0) + noise(1) * imuNoise.radians
    return noisy / (noisy * noisy).sum().squareRoot()
  }

  /// Three numbers from -1 to 1, the same for the same seed, time and channel.
  private func noise(_ channel: UInt64) -> SIMD3<Double> {
    var random = SeededRandom(seed: seed &* 2 &+ channel ^ UInt64(stepCount) &<< 20)
    return SIMD3(random.symmetric(), random.symmetric(), random.symmetric())
  }

  /// Adds the travel of the body to a report.
  func addTravel(to report: inout LoopbackReport) {
    let stepSeconds = Double(stepMicroseconds) * 1e-6
    report.distanceMetres = travel.distanceMetres
    report.lateralMetres = travel.lateralMetres
    report.headingChangeRadians = travel.headingChangeRadians
    report.falls = travel.falls
    report.goalsOutsideLimits = goalsOutsideLimits
    report.goalsOutsideSlew = goalsOutsideSlew
    report.stopAfterSilenceMilliseconds = Double(stepsOfMotionMax) * stepSeconds * 1e3
    report.simulatedSeconds = Double(stepCount) * stepSeconds
    report.torqueOnSeconds = Double(travel.torqueOnSteps) * stepSeconds
  }

  /// Reads the servos, the IMU and the supply, in wire units.
  public func sense() -> BoardSample {
    var sample = BoardSample(jointCount: robot.jointCount)
    sample.gyro = Self.vector(
      angularRate, countsPerUnit: BoardProtocol.gyroCountsPerRadianPerSecond)
    sample.gravity = Self.vector(
      gravity, countsPerUnit: BoardProtocol.gravityCountsPerUnit)
    sample.supplyMillivolts = supplyMillivolts
    for joint in 0..<robot.jointCount {
      let state = servoState(joint)
      sample.positionTicks[joint] = state.positionTicks
      sample.velocityTicksPerSecond[joint] = state.velocityTicksPerSecond
    }
    return sample
  }

  /// State of one servo.
  func servoState(_ joint: Int) -> ServoState {
    let servo = robot[joint: joint].servo
    let torque = batch.servoTorque(joint, of: 0) / batch.servoTorqueLimit(joint)
    return ServoState(
      positionTicks: servo.ticks(radians: Float(batch.jointAngle(joint, of: 0))),
      velocityTicksPerSecond: servo.ticksPerSecond(
        radiansPerSecond: Float(batch.jointVelocity(joint, of: 0))),
      load: servo.isReversed ? -torque : torque)
  }

  /// Sets the command of one servo's motor.
  mutating func drive(_ joint: Int, _ drive: ServoDrive) {
    guard drive != drives[joint] else { return }
    if drive.isOn, drives[joint].isOn, drive.goalTicks != drives[joint].goalTicks {
      stepsOfMotionMax = max(stepsOfMotionMax, stepCount - commandedStep)
    }
    let wasTorqueOn = isTorqueOn
    drives[joint] = drive
    let radians = robot[joint: joint].servo.radians(ticks: drive.goalTicks)
    batch.setTarget(Double(radians), joint: joint, of: 0)
    // Without gain there is no force, and no derivative of one, which implicit integrators use.
    let gain = drive.gainFactor * (variation?.gains[joint] ?? 1)
    batch.scale(.servoGain, at: joint, of: 0, by: drive.isOn ? gain : 0)
    let torqueLimit = drive.torqueLimitFactor * (variation?.torqueLimit ?? 1)
    batch.scale(.servoTorqueLimit, at: joint, of: 0, by: torqueLimit)
    if isTorqueOn && !wasTorqueOn {
      travel.torqueSwitchedOn(
        position: batch.position(of: 0), forward: batch.axes(of: 0).forward)
    }
  }

  /// Counts goals that a host should not have set: outside limits or slew of the joint.
  mutating func judge(_ joint: Int, from before: ServoGoal, to goal: ServoGoal) {
    guard goal.isOn, goal != before else { return }
    let settings = robot[joint: joint]
    let tick = 1.5 * 2 * Float.pi / ServoCalibration.ticksPerTurn
    let radians = settings.servo.radians(ticks: goal.ticks)
    let start =
      before.isOn
      ? settings.servo.radians(ticks: before.ticks) : Float(batch.jointAngle(joint, of: 0))
    // A joint found outside its limits may stay there and come back, but never move farther out.
    let lower = min(settings.lowerLimitRadians, start) - tick
    let upper = max(settings.upperLimitRadians, start) + tick
    if !(lower...upper).contains(radians) { goalsOutsideLimits += 1 }
    let slewMax = settings.slewMaxRadiansPerSecond * robot.controlPeriodSeconds
    if abs(radians - start) > slewMax + tick { goalsOutsideSlew += 1 }
  }

  /// Notes a valid command, after which the host is silent until the next.
  mutating func commanded() { commandedStep = stepCount }

  /// Makes physics steps.
  ///
  /// - Throws: ``LoopbackError`` `physics` when the simulation breaks down.
  public mutating func step(count: Int) throws(LoopbackError) {
    for _ in 0..<count {
      push()
      do {
        try batch.step(count: 1)
      } catch {
        throw .physics(error)
      }
      stepCount += 1
      let axes = batch.axes(of: 0)
      travel.stepped(
        position: batch.position(of: 0), forward: axes.forward, up: axes.up,
        isTorqueOn: isTorqueOn)
    }
  }

  /// Pushes the body when a push is due.
  private mutating func push() {
    guard let pushes = variation?.pushes, pushCount < pushes.count else { return }
    let next = pushes[pushCount]
    guard Double(stepCount) * Double(stepMicroseconds) * 1e-6 >= next.seconds else { return }
    batch.push(by: next.velocity, of: 0)
    pushCount += 1
  }

  private static func readBody(path: String) throws(LoopbackError) -> BodyModel {
    do {
      return try BodyModel(path: path)
    } catch {
      throw .physics(error)
    }
  }

  private static func makeLimp(
    _ model: borrowing BodyModel, keyframe: Int32, as variation: BodyVariation?
  ) throws(LoopbackError) -> SimulationBatch {
    do {
      let batch = try SimulationBatch(
        of: model, count: 1, threadCount: 1,
        individual: variation == nil
          ? [.servoGain, .servoTorqueLimit] : [.servoGain, .servoTorqueLimit, .friction, .mass])
      if let variation {
        batch.setFriction(variation.friction, of: 0)
        for part in 1..<batch.partCount {
          batch.scale(.mass, at: part, of: 0, by: variation.masses[part % variation.masses.count])
        }
      }
      try batch.resetAll(keyframe: keyframe)
      batch.setTorque(false, of: 0)
      return batch
    } catch {
      throw .physics(error)
    }
  }

  private static func vector(_ value: SIMD3<Double>, countsPerUnit: Float) -> BoardVector {
    BoardVector(
      x: BoardProtocol.counts(Float(value.x), countsPerUnit: countsPerUnit),
      y: BoardProtocol.counts(Float(value.y), countsPerUnit: countsPerUnit),
      z: BoardProtocol.counts(Float(value.z), countsPerUnit: countsPerUnit))
  }

  private static func stepMicroseconds(
    of model: borrowing BodyModel, path: String, robot: Robot
  ) throws(LoopbackError) -> UInt64 {
    let micros = model.timestepSeconds * 1e6
    let whole = UInt64(max(micros.rounded(), 0))
    let period = UInt64(robot.controlPeriodMicroseconds)
    guard whole > 0, abs(micros - Double(whole)) < 1e-6, period > 0, period % whole == 0 else {
      throw .periodNotWhole(
        path: path, timestepSeconds: model.timestepSeconds,
        periodMicroseconds: robot.controlPeriodMicroseconds)
    }
    return whole
  }
}

/// State of a servo, as its own electronics measure it.
struct ServoState {
  var positionTicks: Int16
  var velocityTicksPerSecond: Int16
  /// Torque relative to the model's largest, in the servo's own direction.
  var load: Double
}

/// Noise of an IMU; without it a reading would repeat, which counts as a fault.
public struct ImuNoise: Sendable {
  /// Largest error of an angular rate.
  public var radiansPerSecond = 0.003
  /// Largest error of the attitude, about each axis.
  public var radians = 0.002

  /// Makes the noise of a small MEMS sensor.
  public init() {}

  /// No noise.
  public static var none: ImuNoise {
    var noise = ImuNoise()
    noise.radiansPerSecond = 0
    noise.radians = 0
    return noise
  }
}

/// Goal of a servo that a host has set.
struct ServoGoal: Equatable {
  /// True when torque is on.
  var isOn: Bool
  /// Goal position, in the robot's counts.
  var ticks: Int16
}

/// Command of a servo's motor.
struct ServoDrive: Equatable {
  /// True when torque is on.
  var isOn = false
  /// Goal position, in the robot's counts.
  var goalTicks: Int16 = 0
  /// Stiffness relative to the model's.
  var gainFactor = 1.0
  /// Largest torque relative to the model's.
  var torqueLimitFactor = 1.0
}
