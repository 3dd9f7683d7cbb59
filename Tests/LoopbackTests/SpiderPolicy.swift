import Foundation
import PolicyNetwork
import PolicySamples
import RobotDescription

/// Policies for the spider, in memory that stays for ever, as their reader needs it.
enum SpiderPolicy {
  static let still = still(Spider.robot)

  /// Stands, whatever it sees: an actor of zeros, in the size of a trained one.
  static func still(
    _ robot: Robot,
    commands: CommandRange = CommandRange(
      lower: VelocityCommand(forward: -1), upper: VelocityCommand(forward: 1))
  ) -> PolicyFile {
    let observation = ObservationLayout.standard(jointCount: robot.jointCount)
    let widths = [observation.width, 64, 64, robot.jointCount]
    var description = PolicyDescription(
      contract: PolicyContract(
        robot: robot, actions: ActionLayout(robot: robot, scale: 0.3), observation: observation,
        commands: commands),
      provenance: Provenance(), normaliserClip: 10)
    var parameterCount = 0
    for (inputCount, outputCount) in zip(widths, widths.dropFirst()) {
      let isLast = outputCount == robot.jointCount
      description.append(
        LayerShape(outputCount: outputCount, activation: isLast ? .identity : .tanh))
      parameterCount += outputCount * (inputCount + 1)
    }
    return .resident(
      description, parameters: Array(repeating: 0, count: parameterCount))
  }

  /// The policy that the project ships.
  static func trained() throws -> PolicyFile {
    let path = Spider.bodyPath.replacing(
      "/sim/bodies/spider.xml", with: "/sim/policies/spider.tarsus")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: data.count, alignment: 16)
    unsafe bytes.copyBytes(from: data)
    return try unsafe PolicyFile(validating: UnsafeRawBufferPointer(bytes))
  }
}
