internal import WireProtocol

extension ServoSetting {
  /// Settings of Dynamixel X servos that a walk relies on, in the order of their addresses.
  ///
  /// ROBOTIS's e-manual ("XL330-M288") tells their effect. Settings that do nothing in position
  /// mode are left out: goals of current and velocity, gains of those modes.
  static var dynamixel: [ServoSetting] { dynamixelEEPROM + dynamixelRAM }

  private static var dynamixelEEPROM: [ServoSetting] {
    [
      ServoSetting(
        .returnDelay, .exactly(0), .setByBoard,
        because: "a later answer would not come within a tick"),
      ServoSetting(
        .driveMode, .factory, .setByBoard, affectsPosition: true,
        because: "another mode reverses the direction, or takes profile values for times"),
      ServoSetting(
        .operatingMode, .factory, .setByBoard, affectsPosition: true,
        because: "goals are positions within a turn"),
      ServoSetting(
        .secondaryID, .noID, .set,
        because: "a servo with a second ID follows another's goals as well"),
      ServoSetting(
        .homingOffset, .factory, .refuse, affectsPosition: true,
        because: "it moves the joint's zero; set it back and calibrate the zeros again"),
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
        .pwmLimit, .factory, .refuse, because: "the policy was trained with the servo's full torque"
      ),
      ServoSetting(
        .currentLimit, .factory, .refuse,
        because: "the policy was trained with the servo's full torque"),
      ServoSetting(
        .velocityLimit, .factoryOrMore, .refuse,
        because: "the policy was trained with the servo's full speed"),
      ServoSetting(
        .maxPosition, .highestPosition, .refuse,
        because: "goals within the robot file's limits would be refused"),
      ServoSetting(
        .minPosition, .lowestPosition, .refuse,
        because: "goals within the robot file's limits would be refused"),
      ServoSetting(
        .startupConfiguration, .factory, .set,
        because: "a servo that restarts must not switch torque on by itself"),
      ServoSetting(
        .pwmSlope, .factoryOrMore, .refuse,
        because: "the policy was trained with a servo that responds at once"),
      // The robot itself watches the supply.
      ServoSetting(
        .shutdown, .protection, .refuse,
        because: "without it overheating, shock and overload destroy the servo"),
    ]
  }

  private static var dynamixelRAM: [ServoSetting] {
    let trained = "the policy was trained with the factory's gains"
    let atOnce = "the servo must follow a goal of the policy at once"
    return [
      ServoSetting(.velocityIGain, .factory, .set, because: trained),
      ServoSetting(.velocityPGain, .factory, .set, because: trained),
      ServoSetting(.positionDGain, .factory, .set, because: trained),
      ServoSetting(.positionIGain, .factory, .set, because: trained),
      ServoSetting(
        .positionPGain, .positionGain, .setByBoard,
        because: "the policy was trained with the robot file's gain"),
      ServoSetting(.accelerationFeedforward, .factory, .set, because: trained),
      ServoSetting(.velocityFeedforward, .factory, .set, because: trained),
      ServoSetting(
        .busWatchdog, .factory, .setByBoard, because: "it is switched on together with torque"),
      ServoSetting(
        .goalPWM, .factory, .setByBoard,
        because: "the policy was trained with the servo's full torque"),
      ServoSetting(.profileAcceleration, .factory, .setByBoard, because: atOnce),
      ServoSetting(.profileVelocity, .factory, .setByBoard, because: atOnce),
    ]
  }
}
