internal import WireProtocol

extension ServoSetting {
  /// Settings of Feetech STS servos that a walk relies on, in the order of their addresses.
  ///
  /// Settings that do nothing in position mode are left out, as are the gains of the velocity and
  /// the factory settings from address 80 on.
  static var feetech: [ServoSetting] {
    feetechLimits + feetechControl + feetechProtection + feetechRAM
  }

  private static var feetechLimits: [ServoSetting] {
    let narrow = "goals within the robot file's limits would be clipped"
    return [
      ServoSetting(
        .returnDelay, .exactly(0), .setByBoard,
        because: "a later answer would not come within a tick"),
      ServoSetting(
        .statusLevel, .factory, .setByBoard, because: "a servo has to acknowledge every write"),
      ServoSetting(.minPosition, .lowestPosition, .refuse, because: narrow),
      ServoSetting(.maxPosition, .highestPosition, .refuse, because: narrow),
      ServoSetting(
        .temperatureLimit, .temperatureMax, .refuse,
        because: "the servo must stop before it is damaged, and after the robot has sat down"),
      ServoSetting(
        .maxVoltage, .factoryOrMore, .refuse,
        because: "the servo would stop at the supply of a full battery"),
      ServoSetting(
        .minVoltage, .supplyMin, .refuse,
        because: "the servo would stop at a supply at which the robot still walks"),
      ServoSetting(
        .torqueLimitAtStart, .factory, .refuse,
        because: "the policy was trained with the servo's full torque"),
    ]
  }

  private static var feetechControl: [ServoSetting] {
    let trained = "the policy was trained with the factory's gains"
    let fine = "the policy was trained with a servo that follows small goals"
    return [
      ServoSetting(
        .phase, .factory, .refuse, affectsPosition: true,
        because: "it sets the direction and how turns are counted, and only the vendor sets it"),
      ServoSetting(
        .shutdown, .protection, .refuse,
        because: "without it overheating, overcurrent and overload destroy the servo"),
      ServoSetting(
        .positionPGain, .positionGain, .setByBoard,
        because: "the policy was trained with the robot file's gain"),
      ServoSetting(.positionDGain, .factory, .set, because: trained),
      ServoSetting(.positionIGain, .factory, .set, because: trained),
      ServoSetting(.startupForce, .factory, .set, because: fine),
      ServoSetting(.clockwiseDeadZone, .factory, .set, because: fine),
      ServoSetting(.counterclockwiseDeadZone, .factory, .set, because: fine),
    ]
  }

  private static var feetechProtection: [ServoSetting] {
    let early =
      "the policy was trained with the factory's protection; another trips early, or too late"
    return [
      ServoSetting(.currentLimit, .factory, .refuse, because: early),
      ServoSetting(
        .angularResolution, .factory, .refuse, affectsPosition: true,
        because: "positions are counted in parts of one turn"),
      ServoSetting(
        .homingOffset, .factory, .refuse, affectsPosition: true,
        because: "it moves the joint's zero; set it back and calibrate the zeros again"),
      ServoSetting(
        .operatingMode, .factory, .setByBoard, affectsPosition: true,
        because: "goals are positions within a turn"),
      ServoSetting(.protectiveTorque, .factory, .refuse, because: early),
      ServoSetting(.overloadTime, .factory, .refuse, because: early),
      ServoSetting(.overloadTorque, .factory, .refuse, because: early),
      ServoSetting(.overcurrentTime, .factory, .refuse, because: early),
    ]
  }

  private static var feetechRAM: [ServoSetting] {
    let atOnce = "the servo must follow a goal of the policy at once"
    return [
      ServoSetting(.profileAcceleration, .factory, .setByBoard, because: atOnce),
      ServoSetting(.goalTime, .factory, .set, because: atOnce),
      ServoSetting(.profileVelocity, .factory, .setByBoard, because: atOnce),
      ServoSetting(
        .torqueLimit, .factory, .setByBoard,
        because: "the policy was trained with the servo's full torque"),
    ]
  }
}
