internal import ArgumentParser
internal import CommandSupport
internal import Foundation
internal import PolicyNetwork
internal import Realtime
internal import RobotDescription

/// Policy files as commands take them.
enum Policy {
  /// Reads a policy, checks all of it, and does something with it.
  static func with<Result>(path: String, _ body: (PolicyFile) throws -> Result) throws -> Result {
    let data: [UInt8]
    do throws(FileError) {
      data = try InputFile.bytes(path: path, byteCountMax: PolicyFile.byteCountMax)
    } catch {
      let problem =
        error.reason == .system(ENOENT)
        ? "no such file; make one with 'tarsus-lab freeze'" : error.problem
      throw Failure.report("policy \(path): \(problem)", Failure.wrongUse)
    }
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

  /// Refuses a robot that is not the one a policy was trained for, and shows both sides of all that
  /// differs.
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
