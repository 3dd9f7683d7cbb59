import Foundation
import RobotControl
import RobotDescription
import Testing

@testable import tarsus

/// From the thread that hears to the tick.
@Suite struct CommandMailboxTests {
  @Test func mailbox_posted_isTakenOnce() {
    let mailbox = CommandMailbox()
    var last: UInt64 = 0
    #expect(mailbox.newest(since: &last) == nil)
    mailbox.post(VelocityCommand(forward: 0.1), arming: mailbox.arming)
    let newest = VelocityCommand(forward: 0.2, left: 0.3, yawRate: 0.4)
    mailbox.post(newest, arming: mailbox.arming)
    #expect(mailbox.newest(since: &last) == newest)
    #expect(mailbox.newest(since: &last) == nil)
  }

  @Test func mailbox_writtenWhileItIsRead_givesWholeCommandsOnly() {
    let mailbox = CommandMailbox()
    let thread = Thread {
      for number in 1...200_000 {
        let value = Float(number)
        mailbox.post(
          VelocityCommand(forward: value, left: value, yawRate: value), arming: mailbox.arming)
      }
    }
    thread.start()
    var last: UInt64 = 0
    var newest: Float = 0
    while newest < 200_000 {
      guard let command = mailbox.newest(since: &last) else { continue }
      #expect(command.left == command.forward && command.yawRate == command.forward)
      #expect(command.forward > newest)
      newest = command.forward
    }
  }

  @Test func feed_constant_isHandedOnAndAlwaysNew() throws {
    var feed = try CommandFeed(
      .constant, constant: VelocityCommand(forward: 9), mailbox: nil)
    let orders = feed.next(walkedSeconds: 2)
    #expect(orders == LoopOrders(command: VelocityCommand(forward: 9)))
  }

  // MARK: A robot that was lost and is found again

  /// A feed whose robot was told to walk and to sit down.
  private static func usedFeed(_ mailbox: CommandMailbox) throws -> CommandFeed {
    var feed = try CommandFeed(.standardInput, constant: VelocityCommand(), mailbox: mailbox)
    mailbox.post(VelocityCommand(forward: 0.2), arming: mailbox.arming)
    mailbox.postSitDown(arming: mailbox.arming)
    #expect(
      feed.next(walkedSeconds: 1)
        == LoopOrders(command: VelocityCommand(forward: 0.2), mustSit: true))
    return feed
  }

  @Test func feed_armedAgain_forgetsCommandAndSit() throws {
    let mailbox = CommandMailbox()
    var feed = try Self.usedFeed(mailbox)
    feed.beginArming()
    #expect(
      feed.next(walkedSeconds: 0) == LoopOrders(command: VelocityCommand(), isNew: false))
    mailbox.post(VelocityCommand(forward: 0.1), arming: mailbox.arming)
    #expect(feed.next(walkedSeconds: 0) == LoopOrders(command: VelocityCommand(forward: 0.1)))
  }

  @Test func feed_messageHeardBeforeArming_movesNothingAfterIt() throws {
    let mailbox = CommandMailbox()
    var feed = try Self.usedFeed(mailbox)
    // The listener has it in its hands while the robot is armed again.
    let arming = mailbox.arming
    feed.beginArming()
    mailbox.post(VelocityCommand(forward: 0.2), arming: arming)
    mailbox.postSitDown(arming: arming)
    #expect(
      feed.next(walkedSeconds: 0) == LoopOrders(command: VelocityCommand(), isNew: false))
  }

  @Test func feed_messageLeftUnreadBeforeArming_movesNothingAfterIt() throws {
    let mailbox = CommandMailbox()
    var feed = try CommandFeed(.standardInput, constant: VelocityCommand(), mailbox: mailbox)
    mailbox.post(VelocityCommand(forward: 0.2), arming: mailbox.arming)
    feed.beginArming()
    #expect(
      feed.next(walkedSeconds: 0) == LoopOrders(command: VelocityCommand(), isNew: false))
  }
}
