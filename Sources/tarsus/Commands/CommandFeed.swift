internal import CommandSupport
internal import RobotControl
internal import RobotDescription

/// What the robot is asked for, tick by tick, whoever says it.
struct CommandFeed {
  private let constant: VelocityCommand
  private let script: CommandScript?
  private let mailbox: CommandMailbox?
  private var wish = VelocityCommand()
  private var lastCount: UInt64 = 0

  /// Opens the source.
  ///
  /// - Parameter token: What datagrams have to carry, where there is one.
  /// - Throws: ``CommandError``.
  init(
    _ source: CommandSource, constant: VelocityCommand, range: CommandRange, token: String?
  ) throws(CommandError) {
    self.constant = constant
    if case .script(let path) = source { script = try .load(path) } else { script = nil }
    guard source != .constant && script == nil else {
      mailbox = nil
      return
    }
    let mailbox = CommandMailbox()
    try CommandReader.start(source, token: token, range: range, into: mailbox)
    self.mailbox = mailbox
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
}
