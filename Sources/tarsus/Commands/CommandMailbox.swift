internal import RobotDescription
internal import Synchronization

/// A lock-free slot for the newest command, from the thread that listens to the tick.
///
/// Each command carries the number of the arming that it is for, so that no command from before an
/// arming moves the robot or sits it down.
final class CommandMailbox: Sendable {
  /// The state of the dead-man's button or key.
  enum Hold: UInt8 {
    /// The source has no such button.
    case notNeeded
    case held
    case released
  }

  // A command is complete when the count is even before reading it, and unchanged after.
  private let count = Atomic<UInt64>(0)
  private let forward = Atomic<UInt32>(0)
  private let left = Atomic<UInt32>(0)
  private let yawRate = Atomic<UInt32>(0)
  private let commandArming = Atomic<UInt32>(0)
  private let sitArming = Atomic<UInt32>(0)
  private let currentArming = Atomic<UInt32>(1)
  private let holdState = Atomic<UInt8>(Hold.notNeeded.rawValue)
  private let pauseIsWanted = Atomic<Bool>(false)
  private let pauseIsTaken = Atomic<Bool>(false)

  /// The number of the present arming.
  var arming: UInt32 { currentArming.load(ordering: .acquiring) }

  /// Stores a command; one thread at a time.
  ///
  /// - Parameter arming: The arming that it is for.
  func post(_ command: VelocityCommand, arming: UInt32) {
    count.wrappingAdd(1, ordering: .acquiringAndReleasing)
    forward.store(command.forward.bitPattern, ordering: .sequentiallyConsistent)
    left.store(command.left.bitPattern, ordering: .sequentiallyConsistent)
    yawRate.store(command.yawRate.bitPattern, ordering: .sequentiallyConsistent)
    commandArming.store(arming, ordering: .sequentiallyConsistent)
    count.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  /// Asks for the robot to sit down.
  func postSitDown(arming: UInt32) { sitArming.store(arming, ordering: .releasing) }

  /// True when the robot is to sit down.
  var wantsToSit: Bool { sitArming.load(ordering: .acquiring) == arming }

  /// Returns the newest command; `nil` when there is none since count `last`.
  ///
  /// A command that is being written is returned in the next tick.
  func newest(since last: inout UInt64) -> VelocityCommand? {
    let before = count.load(ordering: .sequentiallyConsistent)
    guard before != last, before % 2 == 0 else { return nil }
    let command = VelocityCommand(
      forward: Float(bitPattern: forward.load(ordering: .sequentiallyConsistent)),
      left: Float(bitPattern: left.load(ordering: .sequentiallyConsistent)),
      yawRate: Float(bitPattern: yawRate.load(ordering: .sequentiallyConsistent)))
    let saidFor = commandArming.load(ordering: .sequentiallyConsistent)
    guard count.load(ordering: .sequentiallyConsistent) == before else { return nil }
    last = before
    return saidFor == arming ? command : nil
  }

  /// Begins another arming: earlier commands no longer count.
  func beginArming() {
    currentArming.wrappingAdd(1, ordering: .acquiringAndReleasing)
    pauseIsWanted.store(false, ordering: .releasing)
    pauseIsTaken.store(false, ordering: .releasing)
  }

  /// Asks a listener that shares its source, such as the terminal, to stop reading it.
  func askForPause() { pauseIsWanted.store(true, ordering: .releasing) }

  /// True when the listener has stopped reading its source.
  var isPaused: Bool { pauseIsTaken.load(ordering: .acquiring) }

  /// Called by the listener before it reads; when it returns true, the listener must not read.
  func takePause() -> Bool {
    guard pauseIsWanted.load(ordering: .acquiring) else { return false }
    pauseIsTaken.store(true, ordering: .releasing)
    return true
  }

  /// The state of the dead-man's button or key.
  var hold: Hold {
    get { Hold(rawValue: holdState.load(ordering: .relaxed)) ?? .notNeeded }
    set { holdState.store(newValue.rawValue, ordering: .relaxed) }
  }
}
