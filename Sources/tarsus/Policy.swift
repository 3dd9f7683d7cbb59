internal import CommandSupport
internal import PolicyNetwork
internal import RobotDescription

/// The policy file that a command is called with.
enum Policy {
  /// Reads a policy file, checks all of it, and calls a function with the policy.
  static func with<Result>(path: String, _ body: (PolicyFile) throws -> Result) throws -> Result {
    let data = try readPolicyFile(path, byteCountMax: PolicyFile.byteCountMax)
    return try unsafe data.withUnsafeBytes { bytes in
      let policy: PolicyFile
      do {
        policy = try unsafe PolicyFile(verifying: bytes)
      } catch {
        throw Failure.report("policy \(path): \(error)", Failure.refused)
      }
      return try body(policy)
    }
  }

  /// Refuses a robot that differs from the one that a policy was trained for, with a table of both.
  static func refuse(_ contract: PolicyContract, differingFrom robot: Robot) throws {
    let differences = contract.differences(from: robot).map(\.sides)
    guard !differences.isEmpty else { return }
    let table = Table(
      rows: [["", "policy", "robot"]] + differences.map { [$0.item, $0.policy, $0.robot] })
    throw Failure.report(
      "policy and robot differ; use the robot file that the policy was trained with, or train again"
        + "\n\(table)", Failure.refused)
  }
}
