internal import WireProtocol

/// A kind of servo: its name in files and options, and how it is told from others.
public struct ServoFamily: Sendable, Equatable {
  /// Its name, as `protocol` in a robot file has it.
  public let name: String
  /// Models by their numbers: those that the drivers know, and some that would be taken for others.
  let models: [UInt16: String]

  /// Dynamixel X servos.
  public static let dynamixel = ServoFamily(
    name: "dynamixel",
    models: [
      1_020: "XM430-W350", 1_060: "XL430-W250", 1_190: "XL330-M077", 1_200: "XL330-M288",
    ])
  /// Feetech STS servos.
  public static let feetech = ServoFamily(name: "feetech", models: [777: "STS3215"])
  /// All kinds.
  public static let all = [dynamixel, feetech]

  /// The register that holds its model.
  var modelRegister: ServoRegister {
    self == .dynamixel
      ? DynamixelLink.known("model_number") : FeetechLink.known("model_number")
  }
}
