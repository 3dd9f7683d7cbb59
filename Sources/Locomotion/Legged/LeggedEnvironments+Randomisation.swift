internal import Physics
internal import RobotDescription

/// Where randomisation meets the simulations: body, servos, sensors, pushes.
extension LeggedEnvironments {
  /// Draws what the episode that begins is to have, and makes the body so.
  func randomise(_ index: Int, from random: inout RandomSource) {
    guard let randomisation else { return }
    randomisation.draw(
      index, partCount: batch.partCount, torso: batch.torso, from: &random)
    let targets = randomisation.columns.targets
    for joint in 0..<task.robot.jointCount {
      targets.write(task.actions.defaultPose[joint], joint, to: randomisation, of: index)
    }
    targets.fill(randomisation, of: index)
    shapeBody(index, as: randomisation)
  }

  /// Gives a simulation the body that its row of numbers says.
  private func shapeBody(_ index: Int, as randomisation: Randomisation) {
    let columns = randomisation.columns
    let varying = randomisation.properties
    func number(_ column: Int) -> Double { Double(randomisation[column, index]) }
    if varying.contains(.friction) {
      batch.setFriction(randomisation.isVaried(index) ? number(columns.friction) : nil, of: index)
    }
    for part in 0..<batch.partCount where varying.contains(.mass) {
      batch.scale(.mass, at: part, of: index, by: number(columns.massFactors + part))
    }
    if varying.contains(.centreOfMass) {
      let column = columns.centreOfMass
      batch.moveCentreOfMass(
        by: SIMD3(number(column), number(column + 1), number(column + 2)), of: index)
    }
    let jointCount = task.robot.jointCount
    for kind in randomisation.itemFactors.indices {
      let property = randomisation.itemFactors[kind].property
      let column = columns.itemFactors + kind * jointCount
      for item in 0..<jointCount where varying.contains(property) {
        batch.scale(property, at: item, of: index, by: number(column + item))
      }
    }
    for servo in 0..<jointCount where varying.contains(.servoTorqueLimit) {
      batch.scale(
        .servoTorqueLimit, at: servo, of: index, by: number(columns.torqueLimitFactor))
    }
  }

  /// Sends the targets of the action in force to the servos, late by the episode's delay, and pushes
  /// the body when that is due.
  func sendTargets(_ index: Int) {
    let jointCount = task.robot.jointCount
    guard let randomisation else {
      for joint in 0..<jointCount {
        batch.setTarget(Double(episodes[index].actions.targets[joint]), joint: joint, of: index)
      }
      return
    }
    let line = randomisation.columns.targets
    line.advance(randomisation, of: index)
    for joint in 0..<jointCount {
      line.write(episodes[index].actions.targets[joint], joint, to: randomisation, of: index)
      let target = line.read(joint, from: randomisation, of: index)
      // The servo closes its loop on the encoder that reports the angle.
      batch.setTarget(
        Double(target - encoderBias(joint, index, randomisation)), joint: joint, of: index)
    }
    if let push = randomisation.nextPush(of: index, from: &episodes[index].random) {
      batch.push(by: push, of: index)
    }
  }

  /// What the sensors say: late, turned, biased and noisy as the episode has it.
  ///
  /// - Parameters:
  ///   - sample: What perfect sensors would say now.
  ///   - isFirst: Whether the past is to be as the present.
  func sensed(_ sample: consuming RobotSample, _ index: Int, isFirst: Bool) -> RobotSample {
    guard let randomisation else { return sample }
    let configuration = randomisation.configuration
    delay(&sample, index, isFirst: isFirst, by: randomisation)
    guard randomisation.isVaried(index) else { return sample }
    if configuration.imuMountingRadiansMax > 0 {
      let mounting = randomisation.mounting(of: index)
      sample.gyro = Self.turned(sample.gyro, by: mounting)
      sample.gravity = Self.turned(sample.gravity, by: mounting)
    }
    for joint in 0..<task.robot.jointCount {
      sample.jointAngles[joint] += encoderBias(joint, index, randomisation)
    }
    var random = episodes[index].random
    addNoise(to: &sample, configuration, from: &random)
    episodes[index].random = random
    return sample
  }

  /// By how much an encoder reads too much, in radians.
  private func encoderBias(_ joint: Int, _ index: Int, _ randomisation: Randomisation) -> Float {
    let isBiased =
      randomisation.configuration.encoderBiasRadiansMax > 0 && randomisation.isVaried(index)
    return isBiased ? randomisation[randomisation.columns.encoderBias + joint, index] : 0
  }

  /// Replaces a sample by that of some ticks ago.
  private func delay(
    _ sample: inout RobotSample, _ index: Int, isFirst: Bool, by randomisation: Randomisation
  ) {
    let imu = randomisation.columns.imu
    let joints = randomisation.columns.joints
    let jointCount = task.robot.jointCount
    imu.advance(randomisation, of: index)
    joints.advance(randomisation, of: index)
    for axis in 0..<3 {
      imu.write(sample.gyro[axis], axis, to: randomisation, of: index)
      imu.write(sample.gravity[axis], 3 + axis, to: randomisation, of: index)
    }
    for joint in 0..<jointCount {
      joints.write(sample.jointAngles[joint], joint, to: randomisation, of: index)
      joints.write(sample.jointVelocities[joint], jointCount + joint, to: randomisation, of: index)
    }
    if isFirst {
      imu.fill(randomisation, of: index)
      joints.fill(randomisation, of: index)
    }
    for axis in 0..<3 {
      sample.gyro[axis] = imu.read(axis, from: randomisation, of: index)
      sample.gravity[axis] = imu.read(3 + axis, from: randomisation, of: index)
    }
    for joint in 0..<jointCount {
      sample.jointAngles[joint] = joints.read(joint, from: randomisation, of: index)
      sample.jointVelocities[joint] = joints.read(
        jointCount + joint, from: randomisation, of: index)
    }
  }

  private func addNoise(
    to sample: inout RobotSample, _ configuration: RandomisationConfiguration,
    from random: inout RandomSource
  ) {
    for axis in 0..<3 { configuration.gyroNoise.add(to: &sample.gyro[axis], from: &random) }
    for axis in 0..<3 { configuration.gravityNoise.add(to: &sample.gravity[axis], from: &random) }
    for joint in 0..<task.robot.jointCount {
      configuration.jointAngleNoise.add(to: &sample.jointAngles[joint], from: &random)
      configuration.jointRateNoise.add(to: &sample.jointVelocities[joint], from: &random)
    }
  }

  /// A vector seen from a frame that is turned by a unit quaternion.
  private static func turned(_ vector: SIMD3<Float>, by turn: SIMD4<Float>) -> SIMD3<Float> {
    let axis = SIMD3(turn.x, turn.y, turn.z)
    // Against the turn: a sensor that leans left sees the world lean right.
    let across = 2 * cross(vector, axis)
    return vector + turn.w * across + cross(across, axis)
  }

  private static func cross(_ left: SIMD3<Float>, _ right: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(
      left.y * right.z - left.z * right.y, left.z * right.x - left.x * right.z,
      left.x * right.y - left.y * right.x)
  }

  /// The row of a simulation, as a snapshot keeps it; empty when randomisation is off.
  func randomisationNumbers(of index: Int) -> [Double] {
    guard let randomisation else { return [] }
    return (0..<randomisation.width).map { Double(randomisation[$0, index]) }
  }

  /// Whether the delays of a row that a snapshot has kept, the last of `numbers`, lead to places in it.
  func hasSensibleDelays(_ numbers: [Double]) -> Bool {
    guard let randomisation else { return true }
    let row = Array(numbers.suffix(randomisation.width))
    let columns = randomisation.columns
    return [columns.targets, columns.imu, columns.joints].allSatisfy { $0.isSensible(row) }
  }

  /// Goes back to a row that a snapshot has kept, the last numbers of `numbers`.
  func restoreRandomisation(_ numbers: [Double], of index: Int) {
    guard let randomisation else { return }
    for (column, number) in numbers.suffix(randomisation.width).enumerated() {
      randomisation[column, index] = Float(number)
    }
    shapeBody(index, as: randomisation)
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
