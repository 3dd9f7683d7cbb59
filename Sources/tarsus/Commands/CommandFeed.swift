internal import Realtime
internal import RobotControl
internal import RobotDescription

/// What the robot is asked for, tick by tick, whoever says it.
struct CommandFeed {
  /// Who steers, for the status line.
  let steering: Steering
  private let constant: VelocityCommand
  private let script: CommandScript?
  private let mailbox: CommandMailbox?
  private let readsTheKeys: Bool
  private var wish = VelocityCommand()
  private var lastCount: UInt64 = 0

  /// Opens the source.
  ///
  /// - Parameter key: What datagrams are signed with, where there is one.
  /// - Throws: ``CommandError``.
  init(
    _ source: CommandSource, constant: VelocityCommand, range: CommandRange, key: CommandKey?
  ) throws(CommandError) {
    let mailbox = CommandMailbox()
    let hasListener = try CommandReader.start(source, key: key, range: range, into: mailbox)
    try self.init(source, constant: constant, mailbox: hasListener ? mailbox : nil)
  }

  /// A feed from what somebody leaves in a mailbox.
  init(
    _ source: CommandSource, constant: VelocityCommand, mailbox: CommandMailbox?
  ) throws(CommandError) {
    self.constant = constant
    self.mailbox = mailbox
    readsTheKeys = source == .keyboard
    if case .script(let path) = source { script = try .load(path) } else { script = nil }
    steering = Steering(name: source.name, mailbox: mailbox)
  }

  /// Real-time safe.
  ///
  /// - Parameter walkedSeconds: Time for which the policy has moved the robot.
  mutating func next(walkedSeconds: Double) -> LoopOrders {
    var orders = LoopOrders(command: wish)
    if let mailbox {
      if let newest = mailbox.newest(since: &lastCount) {
        wish = newest
      } else {
        orders.isNew = false
      }
      orders.mustSit = mailbox.wantsToSit
    } else if let script {
      let step = script.command(at: walkedSeconds)
      wish = step ?? VelocityCommand()
      orders.mustSit = step == nil
    } else {
      wish = constant
    }
    orders.command = wish
    return orders
  }

  /// Leaves the terminal to others until ``beginArming()``; returns once it does.
  func pause() {
    guard readsTheKeys, let mailbox else { return }
    mailbox.askForPause()
    // A listener whose source has ended never answers.
    for _ in 0..<Self.pauseRestsMax where !mailbox.isPaused {
      BackgroundThread.rest(nanoseconds: Self.pauseRestNanoseconds)
    }
  }

  /// Begins another arming: what was said before moves the robot no more.
  mutating func beginArming() {
    mailbox?.beginArming()
    wish = VelocityCommand()
  }

  private static let pauseRestsMax = 50
  private static let pauseRestNanoseconds: UInt64 = 10_000_000
}

/// Who steers a robot, and whether the dead-man's button or key is held.
struct Steering: Sendable {
  let name: String
  fileprivate let mailbox: CommandMailbox?

  /// A few words.
  var text: String {
    switch mailbox?.hold ?? .notNeeded {
    case .notNeeded: name
    case .held: "\(name), held"
    case .released: "\(name), not held"
    }
  }
}
