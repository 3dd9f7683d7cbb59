internal import RobotDescription
internal import Synchronization

/// Where the thread that hears commands leaves the newest for the tick: neither waits for the other.
///
/// What is left carries the number of the arming for which it was said: nothing that was said before a
/// robot was armed again moves it or sits it down.
final class CommandMailbox: Sendable {
  /// Whether a person who steers holds the dead-man's button or key.
  enum Hold: UInt8 {
    /// Nobody has to.
    case notNeeded
    case held
    case released
  }

  // A command is whole when the count before it is even and the same after it.
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

  /// The number of the arming that commands are for now.
  var arming: UInt32 { currentArming.load(ordering: .acquiring) }

  /// Leaves a command; one thread at a time.
  ///
  /// - Parameter arming: For which it was said.
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

  /// Whether the robot is to sit down.
  var wantsToSit: Bool { sitArming.load(ordering: .acquiring) == arming }

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
    let saidFor = commandArming.load(ordering: .sequentiallyConsistent)
    guard count.load(ordering: .sequentiallyConsistent) == before else { return nil }
    last = before
    return saidFor == arming ? command : nil
  }

  /// Begins another arming: what was left before does not count any more.
  func beginArming() {
    currentArming.wrappingAdd(1, ordering: .acquiringAndReleasing)
    pauseIsWanted.store(false, ordering: .releasing)
    pauseIsTaken.store(false, ordering: .releasing)
  }

  /// Asks a listener that shares its source with others, such as the terminal, to leave it alone.
  func askForPause() { pauseIsWanted.store(true, ordering: .releasing) }

  /// Whether the listener leaves its source alone.
  var isPaused: Bool { pauseIsTaken.load(ordering: .acquiring) }

  /// Asked by the listener before it reads: whether it must not, which it then has agreed to.
  func takePause() -> Bool {
    guard pauseIsWanted.load(ordering: .acquiring) else { return false }
    pauseIsTaken.store(true, ordering: .releasing)
    return true
  }

  /// Whether the dead-man's button or key is held.
  var hold: Hold {
    get { Hold(rawValue: holdState.load(ordering: .relaxed)) ?? .notNeeded }
    set { holdState.store(newValue.rawValue, ordering: .relaxed) }
  }
}
