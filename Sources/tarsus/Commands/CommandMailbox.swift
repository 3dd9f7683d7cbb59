internal import CommandSupport
internal import RobotDescription
internal import Synchronization

/// Where the thread that hears commands leaves the newest for the tick: neither waits for the other.
final class CommandMailbox: Sendable {
  // A command is whole when the count before it is even and the same after it.
  private let count = Atomic<UInt64>(0)
  private let forward = Atomic<UInt32>(0)
  private let left = Atomic<UInt32>(0)
  private let yawRate = Atomic<UInt32>(0)
  private let mustSit = Atomic<Bool>(false)

  /// Leaves a command; one thread at a time.
  func post(_ command: VelocityCommand) {
    count.wrappingAdd(1, ordering: .acquiringAndReleasing)
    forward.store(command.forward.bitPattern, ordering: .sequentiallyConsistent)
    left.store(command.left.bitPattern, ordering: .sequentiallyConsistent)
    yawRate.store(command.yawRate.bitPattern, ordering: .sequentiallyConsistent)
    count.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  /// Asks for the robot to sit down.
  func postSitDown() { mustSit.store(true, ordering: .releasing) }

  /// Whether the robot is to sit down.
  var wantsToSit: Bool { mustSit.load(ordering: .acquiring) }

  /// The newest command, if there is one since number `last`.
  ///
  /// One that is being written is taken in the next tick.
  func newest(since last: inout UInt64) -> VelocityCommand? {
    let before = count.load(ordering: .sequentiallyConsistent)
    guard before != last, before % 2 == 0 else { return nil }
    let command = VelocityCommand(
      forward: Float(bitPattern: forward.load(ordering: .sequentiallyConsistent)),
      left: Float(bitPattern: left.load(ordering: .sequentiallyConsistent)),
      yawRate: Float(bitPattern: yawRate.load(ordering: .sequentiallyConsistent)))
    guard count.load(ordering: .sequentiallyConsistent) == before else { return nil }
    last = before
    return command
  }
}
