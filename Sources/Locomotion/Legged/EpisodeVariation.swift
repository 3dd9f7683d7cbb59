internal import Foundation
internal import ParallelArrays
internal import Physics
internal import RobotDescription

/// The differences of one episode's body, servos and sensors from the nominal ones, and its pushes.
///
/// All numbers are drawn from the simulation's own random source when the episode starts; see
/// ``RandomisationConfiguration`` for the ranges. Arrays are allocated once per simulation.
struct EpisodeVariation: Codable, Equatable, Sendable {
  /// True when the episode differs at all.
  private(set) var isVaried = false
  private(set) var friction: Float = 0
  /// Factor of the mass of each part.
  private(set) var massFactors: [Float]
  /// Offset of the torso's centre of mass, in metres.
  private(set) var centreOfMass = SIMD3<Float>.zero
  /// Factors of each joint or servo, one row for each of
  /// ``RandomisationConfiguration/itemFactors``.
  private(set) var itemFactors: [Float]
  private(set) var torqueLimitFactor: Float = 1
  /// Error of each encoder, in radians.
  private(set) var encoderBias: [Float]
  /// Unit quaternion from the body's frame to that of its IMU, real part last.
  var mounting = SIMD4<Float>(0, 0, 0, 1)
  private var ticksToPush = 0
  private var targets: DelayLine
  private var imu: DelayLine
  private var joints: DelayLine

  /// The nominal body; `nil` when randomisation is off.
  init?(on bodies: LeggedBodies) {
    let settings = bodies.task.configuration.randomisation
    guard settings.isOn else { return nil }
    let jointCount = bodies.jointCount
    massFactors = [Float](repeating: 1, count: bodies.batch.partCount)
    itemFactors = [Float](repeating: 1, count: settings.itemFactors.count * jointCount)
    encoderBias = [Float](repeating: 0, count: jointCount)
    targets = DelayLine(width: jointCount, ticksMax: settings.commandDelayTicksMax)
    imu = DelayLine(width: 6, ticksMax: settings.imuDelayTicksMax)
    joints = DelayLine(width: 2 * jointCount, ticksMax: settings.jointDelayTicksMax)
  }

  /// Draws an episode's differences and makes the body so.
  mutating func draw(on bodies: LeggedBodies, at index: Int, from random: inout RandomSource) {
    let settings = bodies.task.configuration.randomisation
    let share = settings.share(progress: bodies.progress)
    isVaried = share == 1 || random.uniform() < share
    if isVaried {
      drawBody(settings, torso: bodies.batch.torso, from: &random)
      drawSensors(settings, from: &random)
      ticksToPush = Self.ticksToPush(on: bodies, from: &random)
    } else {
      setNominal()
    }
    for joint in encoderBias.indices { targets[joint] = bodies.task.actions.defaultPose[joint] }
    targets.fill()
    shape(bodies, at: index)
  }

  /// Gives the body of a simulation the properties that were drawn.
  func shape(_ bodies: LeggedBodies, at index: Int) {
    let settings = bodies.task.configuration.randomisation
    let varying = settings.individualProperties
    if varying.contains(.friction) {
      bodies.batch.setFriction(isVaried ? Double(friction) : nil, of: index)
    }
    for part in massFactors.indices where varying.contains(.mass) {
      bodies.batch.scale(.mass, at: part, of: index, by: Double(massFactors[part]))
    }
    if varying.contains(.centreOfMass) {
      bodies.batch.moveCentreOfMass(by: SIMD3<Double>(centreOfMass), of: index)
    }
    for (kind, (property, _)) in settings.itemFactors.enumerated()
    where varying.contains(property) {
      for item in 0..<bodies.jointCount {
        bodies.batch.scale(
          property, at: item, of: index, by: Double(itemFactors[kind * bodies.jointCount + item]))
      }
    }
    for servo in 0..<bodies.jointCount where varying.contains(.servoTorqueLimit) {
      bodies.batch.scale(.servoTorqueLimit, at: servo, of: index, by: Double(torqueLimitFactor))
    }
  }

  /// Puts the targets of the tick into their delay line.
  mutating func take(_ newest: FixedArray<32, Float>, jointCount: Int) {
    targets.advance()
    for joint in 0..<jointCount { targets[joint] = newest[joint] }
  }

  /// The target that a servo gets now.
  ///
  /// The servo closes its loop on the encoder that reports the angle, errors included.
  func target(_ joint: Int) -> Float { targets[joint] - encoderBias[joint] }

  /// The push at the start of the coming tick; `nil` when there is none.
  mutating func nextPush(
    on bodies: LeggedBodies, from random: inout RandomSource
  ) -> SIMD3<Double>? {
    let speedMax = bodies.task.configuration.randomisation.pushSpeedMax
    guard speedMax > 0, isVaried else { return nil }
    ticksToPush -= 1
    guard ticksToPush == 0 else { return nil }
    ticksToPush = Self.ticksToPush(on: bodies, from: &random)
    let speed = random.uniform(in: 0...speedMax)
    let direction = random.uniform(in: 0...(2 * .pi))
    return SIMD3(Double(speed * cos(direction)), Double(speed * sin(direction)), 0)
  }

  /// Makes the reading of perfect sensors late, turned, biased and noisy.
  ///
  /// - Parameter isFirst: Whether the past is to be as the present.
  mutating func distort(
    _ sample: inout RobotSample, isFirst: Bool, _ settings: RandomisationConfiguration,
    from random: inout RandomSource
  ) {
    delay(&sample, isFirst: isFirst)
    guard isVaried else { return }
    if settings.imuMountingRadiansMax > 0 {
      sample.gyro = turned(sample.gyro)
      sample.gravity = turned(sample.gravity)
    }
    for joint in encoderBias.indices { sample.jointAngles[joint] += encoderBias[joint] }
    for axis in 0..<3 { settings.gyroNoise.add(to: &sample.gyro[axis], from: &random) }
    for axis in 0..<3 { settings.gravityNoise.add(to: &sample.gravity[axis], from: &random) }
    for joint in encoderBias.indices {
      settings.jointAngleNoise.add(to: &sample.jointAngles[joint], from: &random)
      settings.jointRateNoise.add(to: &sample.jointVelocities[joint], from: &random)
    }
  }

  /// Tells whether a decoded variation has the sizes of this one, and counts within their bounds.
  func canBeReplaced(by other: EpisodeVariation) -> Bool {
    other.massFactors.count == massFactors.count && other.itemFactors.count == itemFactors.count
      && other.encoderBias.count == encoderBias.count
      && (0...1 << 30).contains(other.ticksToPush) && targets.canBeReplaced(by: other.targets)
      && imu.canBeReplaced(by: other.imu) && joints.canBeReplaced(by: other.joints)
  }

  private mutating func setNominal() {
    friction = 0
    for part in massFactors.indices { massFactors[part] = 1 }
    centreOfMass = .zero
    for item in itemFactors.indices { itemFactors[item] = 1 }
    torqueLimitFactor = 1
    for joint in encoderBias.indices { encoderBias[joint] = 0 }
    mounting = SIMD4(0, 0, 0, 1)
    ticksToPush = 0
    (targets.ticks, imu.ticks, joints.ticks) = (0, 0, 0)
  }

  private mutating func drawBody(
    _ settings: RandomisationConfiguration, torso: Int, from random: inout RandomSource
  ) {
    if settings.floorFriction.hasWidth { friction = random.uniform(in: settings.floorFriction) }
    for part in massFactors.indices {
      massFactors[part] = random.factor(
        in: part == torso ? settings.torsoMassFactor : settings.partMassFactor)
    }
    for axis in 0..<3 where settings.centreOfMassMetres.hasWidth {
      centreOfMass[axis] = random.uniform(in: settings.centreOfMassMetres)
    }
    let jointCount = encoderBias.count
    for (kind, (_, range)) in settings.itemFactors.enumerated() {
      for item in 0..<jointCount {
        itemFactors[kind * jointCount + item] = random.factor(in: range)
      }
    }
    torqueLimitFactor = random.factor(in: settings.torqueLimitFactor)
  }

  private mutating func drawSensors(
    _ settings: RandomisationConfiguration, from random: inout RandomSource
  ) {
    let bias = settings.encoderBiasRadiansMax
    for joint in encoderBias.indices where bias > 0 {
      encoderBias[joint] = random.uniform(in: -bias...bias)
    }
    mounting = Self.mounting(angleMax: settings.imuMountingRadiansMax, from: &random)
    targets.drawTicks(from: &random)
    imu.drawTicks(from: &random)
    joints.drawTicks(from: &random)
  }

  /// A turn by up to the largest angle about an axis in any direction.
  private static func mounting(angleMax: Float, from random: inout RandomSource) -> SIMD4<Float> {
    guard angleMax > 0 else { return SIMD4(0, 0, 0, 1) }
    let up = random.uniform(in: -1...1)
    let around = random.uniform(in: 0...(2 * .pi))
    let half = random.uniform(in: 0...angleMax) / 2
    let level = (1 - up * up).squareRoot()
    let axis = SIMD3(level * cos(around), level * sin(around), up)
    return SIMD4(axis * sin(half), cos(half))
  }

  private static func ticksToPush(
    on bodies: LeggedBodies, from random: inout RandomSource
  ) -> Int {
    let settings = bodies.task.configuration.randomisation
    guard settings.pushSpeedMax > 0 else { return 0 }
    let seconds = random.uniform(in: settings.pushIntervalSeconds)
    return max(1, Int((seconds / bodies.task.robot.controlPeriodSeconds).rounded()))
  }

  private mutating func delay(_ sample: inout RobotSample, isFirst: Bool) {
    let jointCount = encoderBias.count
    imu.advance()
    joints.advance()
    for axis in 0..<3 {
      imu[axis] = sample.gyro[axis]
      imu[3 + axis] = sample.gravity[axis]
    }
    for joint in 0..<jointCount {
      joints[joint] = sample.jointAngles[joint]
      joints[jointCount + joint] = sample.jointVelocities[joint]
    }
    if isFirst {
      imu.fill()
      joints.fill()
    }
    for axis in 0..<3 {
      sample.gyro[axis] = imu[axis]
      sample.gravity[axis] = imu[3 + axis]
    }
    for joint in 0..<jointCount {
      sample.jointAngles[joint] = joints[joint]
      sample.jointVelocities[joint] = joints[jointCount + joint]
    }
  }

  /// A vector seen from the frame of the IMU.
  private func turned(_ vector: SIMD3<Float>) -> SIMD3<Float> {
    func cross(_ left: SIMD3<Float>, _ right: SIMD3<Float>) -> SIMD3<Float> {
      SIMD3(
        left.y * right.z - left.z * right.y, left.z * right.x - left.x * right.z,
        left.x * right.y - left.y * right.x)
    }
    let axis = SIMD3(mounting.x, mounting.y, mounting.z)
    // Against the turn: a sensor that leans left sees the world lean right.
    let across = 2 * cross(vector, axis)
    return vector + mounting.w * across + cross(across, axis)
  }
}

extension DelayLine {
  /// Draws a delay from none to the longest; nothing is drawn when there is no other.
  fileprivate mutating func drawTicks(from random: inout RandomSource) {
    guard ticksMax > 0 else { return }
    ticks = Int(random.uniform() * Float(ticksMax + 1))
  }
}

extension RandomisationConfiguration {
  /// Share of the episodes that are randomised at some progress of the training, from 0 to 1.
  fileprivate func share(progress: Float) -> Float {
    guard progress < shareRamp.upperBound else { return share }
    let grown = (progress - shareRamp.lowerBound) / (shareRamp.upperBound - shareRamp.lowerBound)
    return share * max(0, grown)
  }
}

extension RandomSource {
  /// A factor of the range; 1, and nothing is drawn, where it has no width.
  fileprivate mutating func factor(in range: ClosedRange<Float>) -> Float {
    range.hasWidth ? uniform(in: range) : 1
  }
}

extension SensorNoise {
  /// Adds noise to one number; nothing is drawn for a size of zero.
  fileprivate func add(to number: inout Float, from random: inout RandomSource) {
    guard size > 0 else { return }
    switch shape {
    case .uniform: number += random.uniform(in: -size...size)
    case .normal: number += size * random.normals().0
    }
  }
}
