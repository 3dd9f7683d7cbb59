internal import Realtime
internal import RobotControl
internal import RobotDescription

/// Provides the orders of each tick, from any source of commands.
struct CommandFeed {
  /// The source, for the status line.
  let steering: Steering
  private let constant: VelocityCommand
  private let script: CommandScript?
  private let mailbox: CommandMailbox?
  private let readsTheKeys: Bool
  private var wanted = VelocityCommand()
  private var lastCount: UInt64 = 0

  /// Opens the source.
  ///
  /// - Parameter key: The key that signs datagrams; `nil` for unsigned ones.
  /// - Throws: ``CommandError``.
  init(
    _ source: CommandSource, constant: VelocityCommand, range: CommandRange, key: CommandKey?
  ) throws(CommandError) {
    let mailbox = CommandMailbox()
    let hasListener = try CommandReader.start(source, key: key, range: range, into: mailbox)
    try self.init(source, constant: constant, mailbox: hasListener ? mailbox : nil)
  }

  /// Makes a feed from a mailbox.
  init(
    _ source: CommandSource, constant: VelocityCommand, mailbox: CommandMailbox?
  ) throws(CommandError) {
    self.constant = constant
    self.mailbox = mailbox
    readsTheKeys = source == .keyboard
    if case .script(let path) = source { script = try .load(path) } else { script = nil }
    steering = Steering(name: source.name, mailbox: mailbox)
  }

  /// Returns the orders of the next tick, real-time safe.
  ///
  /// - Parameter walkedSeconds: Time for which the policy has moved the robot.
  mutating func next(walkedSeconds: Double) -> LoopOrders {
    var orders = LoopOrders(command: wanted)
    if let mailbox {
      if let newest = mailbox.newest(since: &lastCount) {
        wanted = newest
      } else {
        orders.isNew = false
      }
      orders.mustSit = mailbox.wantsToSit
    } else if let script {
      let step = script.command(at: walkedSeconds)
      wanted = step ?? VelocityCommand()
      orders.mustSit = step == nil
    } else {
      wanted = constant
    }
    orders.command = wanted
    return orders
  }

  /// Stops reading the terminal until ``beginArming()``; returns when the listener has stopped.
  func pause() {
    guard readsTheKeys, let mailbox else { return }
    mailbox.askForPause()
    // A listener whose source has ended does not answer.
    for _ in 0..<Self.pauseRestsMax where !mailbox.isPaused {
      BackgroundThread.rest(nanoseconds: Self.pauseRestNanoseconds)
    }
  }

  /// Begins another arming: commands from before it no longer count.
  mutating func beginArming() {
    mailbox?.beginArming()
    wanted = VelocityCommand()
  }

  private static let pauseRestsMax = 50
  private static let pauseRestNanoseconds: UInt64 = 10_000_000
}

/// The source that steers a robot, and the state of its dead-man's button or key.
struct Steering: Sendable {
  let name: String
  fileprivate let mailbox: CommandMailbox?

  /// The source and its button in a few words.
  var text: String {
    switch mailbox?.hold ?? .notNeeded {
    case .notNeeded: name
    case .held: "\(name), held"
    case .released: "\(name), not held"
    }
  }
}
