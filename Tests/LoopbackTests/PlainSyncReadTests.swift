import CAllocationCounter
import Loopback
import Realtime
import RobotControl
import RobotDescription
import ServoDrivers
import Testing
import WireProtocol

/// The driver of Dynamixel servos that know no fast sync read.
@Suite struct PlainSyncReadTests {
  @Test func connect_servosWithoutFastSyncRead_readsPlainlyAndSaysSo() throws {
    let peer = try ThreeLines.dynamixel(knowsFastReads: false)
    var bus = try ThreeLines.bus(peer)
    #expect(bus.notes == [.plainSyncRead(joint: "front_left_coxa", id: 1, firmware: 52)])
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    #expect((0..<12).allSatisfy { sample.jointAges[$0] == 0 })
    #expect(sample.supplyMillivolts > 3_000)
    try peer.stop()
  }

  @Test func connect_servosWithFastSyncRead_hasNoNote() throws {
    let peer = try ThreeLines.dynamixel()
    let bus = try ThreeLines.bus(peer)
    #expect(bus.notes.isEmpty)
    _ = consume bus
    try peer.stop()
  }

  @Test func walk_withPlainSyncRead_comesAsFarAndAllocatesNothing() throws {
    let peer = try ThreeLines.dynamixel(knowsFastReads: false)
    var walk = try ThreeLines.walking(try ThreeLines.bus(peer), ticks: 150)
    allocationCounterDetachThrowHook()
    let before = allocationCounterThreadTotal()
    for _ in 0..<100 {
      walk.wait()
      walk.tick(ThreeLines.ahead)
    }
    #expect(allocationCounterThreadTotal() == before)
    #expect(walk.loop.controller.fault == nil)
    #expect(walk.loop.controller.statistics.coastedTicks == 0)
    let report = try peer.stop()
    #expect(report.distanceMetres > 0.2 && report.falls == 0 && report.refusedRequests == 0)
  }

  @Test(arguments: 1...12) func read_oneServoGone_theOthersReportInTheSameTick(id: UInt8) throws {
    let peer = try ThreeLines.dynamixel(knowsFastReads: false)
    var bus = try ThreeLines.bus(peer)
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    peer.change { $0.befall(LoopbackFault(kind: .silentServo, id: id), isOn: true) }
    for age in 1...3 as ClosedRange<UInt8> {
      try bus.read(
        into: &sample, deadlineNanoseconds: patientDeadline())
      #expect((0..<12).map { sample.jointAges[$0] } == (1...12).map { $0 == id ? age : 0 })
    }
    #expect(bus.statistics.partialReplies == 3)
    try peer.stop()
  }

  @Test func read_answersUnderWrongNumbers_areNotBelieved() throws {
    let peer = try ThreeLines.dynamixel(
      faults: [LoopbackFault(kind: .wrongID, from: 0.01, chance: 0.03)], knowsFastReads: false)
    var bus = try ThreeLines.bus(peer)
    var sample = BusSample()
    try bus.read(into: &sample, deadlineNanoseconds: farDeadline())
    let pose = sample.robot.jointAngles
    // Nothing has moved: what is read is what was read, or old.
    try bus.write(pose, deadlineNanoseconds: farDeadline())
    for _ in 0..<20 {
      try bus.read(
        into: &sample, deadlineNanoseconds: patientDeadline())
      for joint in 0..<12 {
        #expect(abs(sample.robot.jointAngles[joint] - pose[joint]) < 0.2)
      }
    }
    #expect(bus.statistics.partialReplies > 3)
    try peer.stop()
  }
}
