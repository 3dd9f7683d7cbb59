internal import Foundation
internal import Physics
internal import RobotDescription

/// What is random about the episode under way in each simulation, and what its delays remember.
///
/// Each simulation has one row of numbers, allocated once, so that a snapshot is a copy of the row.
/// Every number in it is drawn from the simulation's own random source.
final class Randomisation: Sendable {
  let configuration: RandomisationConfiguration
  /// What bodies have each for themselves.
  let properties: Set<BodyProperty>
  /// Factors that each joint or servo has for itself, by the order of their columns.
  let itemFactors: [(property: BodyProperty, range: ClosedRange<Float>)]
  let jointCount: Int
  /// Numbers in the row of a simulation.
  let width: Int
  let numbers: SliceBuffer<Float>
  let columns: Columns
  private let controlPeriodSeconds: Float
  private let progressCell = SliceBuffer<Float>(repeating: 1, count: 1)

  /// Where a row holds what.
  struct Columns: Sendable {
    /// 1 where the episode is randomised, 0 where all is as the model has it.
    let isVaried: Int
    let friction: Int
    let massFactors: Int
    let centreOfMass: Int
    let itemFactors: Int
    let torqueLimitFactor: Int
    let encoderBias: Int
    /// Unit quaternion from the body's frame to that of its motion sensor, real part last.
    let mounting: Int
    let ticksToPush: Int
    let targets: DelayLine
    let imu: DelayLine
    let joints: DelayLine
  }

  /// Randomisation of `count` simulations; `nil` when it is off.
  init?(
    _ configuration: RandomisationConfiguration, robot: Robot, partCount: Int, count: Int
  ) {
    guard configuration.isOn else { return nil }
    self.configuration = configuration
    properties = configuration.individualProperties
    itemFactors = configuration.itemFactors
    jointCount = robot.jointCount
    controlPeriodSeconds = robot.controlPeriodSeconds
    var next = 0
    func take(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    func takeLine(_ width: Int, _ ticksMax: Int) -> DelayLine {
      DelayLine(
        start: take(DelayLine.count(width: width, ticksMax: ticksMax)), width: width,
        ticksMax: ticksMax)
    }
    columns = Columns(
      isVaried: take(1), friction: take(1), massFactors: take(partCount), centreOfMass: take(3),
      itemFactors: take(itemFactors.count * jointCount), torqueLimitFactor: take(1),
      encoderBias: take(jointCount), mounting: take(4), ticksToPush: take(1),
      targets: takeLine(jointCount, configuration.commandDelayTicksMax),
      imu: takeLine(6, configuration.imuDelayTicksMax),
      joints: takeLine(2 * jointCount, configuration.jointDelayTicksMax))
    width = next
    numbers = SliceBuffer(repeating: 0, count: count * next)
  }

  /// A number of a simulation's row.
  subscript(column: Int, simulation: Int) -> Float {
    get { numbers[simulation * width + column] }
    set { numbers[simulation * width + column] = newValue }
  }

  /// How much of the training is done, from 0 to 1.
  var progress: Float {
    get { progressCell[0] }
    set { progressCell[0] = newValue }
  }

  /// Share of the episodes that are randomised at this point of the training.
  private var share: Float {
    let ramp = configuration.shareRamp
    guard progress < ramp.upperBound else { return configuration.share }
    let grown = (progress - ramp.lowerBound) / (ramp.upperBound - ramp.lowerBound)
    return configuration.share * max(0, grown)
  }

  /// Whether the episode is randomised.
  func isVaried(_ simulation: Int) -> Bool { self[columns.isVaried, simulation] != 0 }

  /// How a simulation's motion sensor is turned against its body.
  func mounting(of simulation: Int) -> SIMD4<Float> {
    let start = columns.mounting
    return SIMD4(
      self[start, simulation], self[start + 1, simulation], self[start + 2, simulation],
      self[start + 3, simulation])
  }

  /// Draws what an episode is to have.
  func draw(_ simulation: Int, partCount: Int, torso: Int, from random: inout RandomSource) {
    let isVaried = share == 1 || random.uniform() < share
    if isVaried {
      drawVaried(simulation, partCount: partCount, torso: torso, from: &random)
    } else {
      setNominal(simulation, partCount: partCount)
    }
    self[columns.isVaried, simulation] = isVaried ? 1 : 0
  }

  /// Everything as the model has it: factors of one, nothing added, no delay, no push.
  private func setNominal(_ simulation: Int, partCount: Int) {
    for column in 0..<width { self[column, simulation] = 0 }
    let factors = columns.itemFactors..<(columns.itemFactors + itemFactors.count * jointCount)
    for column in factors { self[column, simulation] = 1 }
    for part in 0..<partCount { self[columns.massFactors + part, simulation] = 1 }
    self[columns.torqueLimitFactor, simulation] = 1
    self[columns.mounting + 3, simulation] = 1
  }

  private func drawVaried(
    _ simulation: Int, partCount: Int, torso: Int, from random: inout RandomSource
  ) {
    if configuration.floorFriction.hasWidth {
      self[columns.friction, simulation] = random.uniform(in: configuration.floorFriction)
    }
    for part in 0..<partCount {
      let range = part == torso ? configuration.torsoMassFactor : configuration.partMassFactor
      self[columns.massFactors + part, simulation] = random.factor(in: range)
    }
    for axis in 0..<3 where configuration.centreOfMassMetres.hasWidth {
      self[columns.centreOfMass + axis, simulation] = random.uniform(
        in: configuration.centreOfMassMetres)
    }
    for kind in itemFactors.indices {
      for item in 0..<jointCount {
        self[columns.itemFactors + kind * jointCount + item, simulation] = random.factor(
          in: itemFactors[kind].range)
      }
    }
    self[columns.torqueLimitFactor, simulation] = random.factor(in: configuration.torqueLimitFactor)
    let bias = configuration.encoderBiasRadiansMax
    for joint in 0..<jointCount where bias > 0 {
      self[columns.encoderBias + joint, simulation] = random.uniform(in: -bias...bias)
    }
    let mounting = drawMounting(from: &random)
    for component in 0..<4 { self[columns.mounting + component, simulation] = mounting[component] }
    for line in [columns.targets, columns.imu, columns.joints] where line.ticksMax > 0 {
      self[line.delay, simulation] = (random.uniform() * Float(line.ticksMax + 1)).rounded(.down)
    }
    self[columns.ticksToPush, simulation] = drawTicksToPush(from: &random)
  }

  /// A turn by up to the largest angle about an axis that may point anywhere.
  private func drawMounting(from random: inout RandomSource) -> SIMD4<Float> {
    let angleMax = configuration.imuMountingRadiansMax
    guard angleMax > 0 else { return SIMD4(0, 0, 0, 1) }
    let up = random.uniform(in: -1...1)
    let around = random.uniform(in: 0...(2 * .pi))
    let half = random.uniform(in: 0...angleMax) / 2
    let level = (1 - up * up).squareRoot()
    let axis = SIMD3(level * cos(around), level * sin(around), up)
    return SIMD4(axis * sin(half), cos(half))
  }

  private func drawTicksToPush(from random: inout RandomSource) -> Float {
    guard configuration.pushSpeedMax > 0 else { return 0 }
    let seconds = random.uniform(in: configuration.pushIntervalSeconds)
    return max(1, (seconds / controlPeriodSeconds).rounded())
  }

  /// The push that the coming tick begins with; `nil` when it has none.
  func nextPush(of simulation: Int, from random: inout RandomSource) -> SIMD3<Double>? {
    guard configuration.pushSpeedMax > 0, isVaried(simulation) else { return nil }
    self[columns.ticksToPush, simulation] -= 1
    guard self[columns.ticksToPush, simulation] == 0 else { return nil }
    self[columns.ticksToPush, simulation] = drawTicksToPush(from: &random)
    let speed = random.uniform(in: 0...configuration.pushSpeedMax)
    let direction = random.uniform(in: 0...(2 * .pi))
    return SIMD3(Double(speed * cos(direction)), Double(speed * sin(direction)), 0)
  }
}

extension RandomSource {
  /// A factor of the range; 1, and nothing is drawn, where it has no width.
  fileprivate mutating func factor(in range: ClosedRange<Float>) -> Float {
    range.hasWidth ? uniform(in: range) : 1
  }
}
