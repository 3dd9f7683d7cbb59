import RobotDescription
import Testing

@testable import RobotControl

@Suite struct PoseMoveTests {
  @Test func next_aWayOf50Radians_neverOutrunsTheSlew() {
    var start = JointValues(repeating: 0)
    start[0] = 50
    start[1] = -0.5
    var end = start
    end[0] = 0.25
    end[1] = 0.25
    var move = PoseMove(from: start, to: end, of: Pair.robot(), tickCountMin: 75)
    // 49.75 rad at 8 rad/s, half as fast again in the middle, take 467 ticks.
    #expect(move.tickCount == 467)
    var before = start
    while !move.isOver {
      let next = move.next()
      for joint in 0..<2 {
        #expect(abs(next[joint] - before[joint]) <= Pair.slewMaxRadians * 1.0001)
      }
      before = next
    }
    #expect(before[0] == 0.25 && before[1] == 0.25)
  }
}
