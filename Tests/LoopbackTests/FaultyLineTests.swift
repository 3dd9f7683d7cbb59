import CAllocationCounter
import Loopback
import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers
import Testing
import WireProtocol

/// Host and board when the line between them is damaged or gone.
@Suite struct FaultyLineTests {
  /// In walking speed, so that the policy has something to do.
  private static let forward = VelocityCommand(forward: 0.15)

  @Test func line_vanishesWhileWalking_faultsWithinATick() throws {
    let peer = try BoardPeer(.realTime, commandsMax: 150)
    var spider = try SpiderLoop(path: peer.path, policy: SpiderPolicy.still)
    spider.tick(150)
    #expect(spider.loop.controller.state == .running)
    spider.tick()
    #expect(spider.loop.controller.fault == .lineGone)
    try peer.stop()
  }

  @Test func line_vanishesWhileWalking_boardHoldsAndThenLetsGo() throws {
    let peer = try BoardPeer(.realTime, commandsMax: 150)
    var spider = try SpiderLoop(path: peer.path, policy: SpiderPolicy.still)
    spider.tick(151)
    // The board's clock went on by 20 ms with the last command.
    try peer.stop()
    try peer.wait(milliseconds: 79)
    #expect(try peer.flags() == .torqueOn)
    try peer.wait(milliseconds: 1)
    #expect(try peer.flags() == .torqueOn.union(.watchdogHolding))
    try peer.wait(milliseconds: 999)
    #expect(try peer.flags() == .torqueOn.union(.watchdogHolding))
    try peer.wait(milliseconds: 1)
    #expect(try peer.flags() == .watchdogLimp)
    let report = try peer.stop()
    #expect(report.watchdogHolds == 1)
    #expect(report.watchdogLimps == 1)
  }

  @Test func line_damagesFramesBothWays_theLoopCoastsAndGoesOn() throws {
    let peer = try BoardPeer(.lockstep, damagedFramePeriod: 50)
    // A damaged exchange lasts 200 ms: on a busy machine, three whole ones on end are not that
    // slow.
    var spider = try SpiderLoop(
      path: peer.path, policy: SpiderPolicy.still, exchangePeriods: 10)
    spider.command = Self.forward
    spider.tick(SpiderLoop.standUpTicks + 300)
    let report = try peer.stop()
    #expect(peer.damagedFrames >= 20)
    #expect(spider.loop.controller.state == .running)
    #expect(spider.loop.controller.statistics.coastedTicks >= 8)
    #expect(spider.loop.busStatistics.checksumErrors > 0)
    #expect(spider.loop.busStatistics.missedReplies >= 8)
    #expect(spider.loop.busStatistics.remoteBadFrames > 0)
    #expect(report.badFrames > 0)
    #expect(report.falls == 0)
  }

  @Test func tick_tenThousandTimesOnADamagedLine_allocatesNothing() throws {
    let peer = try BoardPeer(.lockstep, damagedFramePeriod: 997)
    var spider = try SpiderLoop(
      path: peer.path, policy: SpiderPolicy.still, exchangePeriods: 20)
    spider.command = Self.forward
    spider.tick(SpiderLoop.standUpTicks)
    allocationCounterDetachThrowHook()
    let before = allocationCounterThreadTotal()
    spider.tick(10_000)
    let allocationCount = allocationCounterThreadTotal() - before
    #expect(allocationCount == 0)
    #expect(spider.loop.controller.statistics.runningTicks == 10_000)
    #expect(spider.loop.controller.statistics.coastedTicks > 0)
    #expect(spider.loop.busStatistics.checksumErrors > 0)
    try peer.stop()
  }
}
