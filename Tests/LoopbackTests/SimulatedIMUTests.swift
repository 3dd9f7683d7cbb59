import Loopback
import Testing
import WireProtocol

/// The simulated IMU of a line of servos, which a host sets up.
@Suite struct SimulatedIMUTests {
  /// A line whose sensor is told something, and what it sends in the second after that.
  private struct Bench: ~Copyable {
    var line: SimulatedFeetechLine
    var milliseconds: UInt64 = 0

    init(isNew: Bool) throws {
      line = try SimulatedFeetechLine(
        robot: SimulatedRobot(robot: Spider.robot, bodyPath: Spider.bodyPath, seed: 1),
        clock: .realTime, baudRate: 1_000_000, imu: SimulatedIMU(isNew: isNew))
    }

    mutating func tell(_ commands: WitMotionCommand?..., at baudRate: UInt32) {
      for command in commands {
        guard let command else {
          Issue.record("a setting that no sensor has")
          continue
        }
        var room = InlineArray<5, UInt8>(repeating: 0)
        var span = room.mutableSpan
        _ = command.encode(into: &span)
        for index in room.indices { line.receiveIMU(room[index], at: baudRate) }
      }
    }

    mutating func frames(at baudRate: UInt32, seconds: UInt64 = 1) throws -> [WitMotionFrame] {
      _ = line.takeIMU(at: 0)
      var decoder = WitMotionDecoder()
      var frames: [WitMotionFrame] = []
      for _ in 0..<(50 * seconds) {
        milliseconds += 20
        try line.advance(to: milliseconds * 1_000_000)
        for byte in line.takeIMU(at: baudRate) {
          decoder.push(byte)
          while let frame = decoder.nextFrame() { frames.append(frame) }
        }
      }
      return frames
    }
  }

  @Test func newSensor_sendsTenTimesASecondAtItsSpeedAlone() throws {
    var bench = try Bench(isNew: true)
    let frames = try bench.frames(at: 9_600)
    try #require(frames.count == 40)
    #expect(frames.prefix(4).map(\.kind) == [.acceleration, .angularRate, .angle, .magneticField])
    // It lies level: the floor pushes upwards with 1 g.
    let acceleration = frames[36].values
    #expect(abs(acceleration.z - 9.81) < 0.1 && abs(acceleration.x) < 0.5)
  }

  @Test func anotherSpeed_givesGarbage() throws {
    var bench = try Bench(isNew: true)
    #expect(try bench.frames(at: 115_200).isEmpty)
    try bench.line.advance(to: bench.milliseconds * 1_000_000 + 20_000_000)
    for _ in 0..<10 {
      bench.milliseconds += 20
      try bench.line.advance(to: bench.milliseconds * 1_000_000)
    }
    #expect(!bench.line.takeIMU(at: 115_200).isEmpty)
  }

  @Test func restart_forgetsWhatWasNotSaved() throws {
    var bench = try Bench(isNew: true)
    bench.tell(.unlock, .rate(hertz: 50), at: 9_600)
    bench.line.befall(LoopbackFault(kind: .brownOut), isOn: true)
    #expect(try bench.frames(at: 9_600).count == 40)
    bench.tell(.unlock, .rate(hertz: 50), .save, at: 9_600)
    bench.line.befall(LoopbackFault(kind: .brownOut), isOn: true)
    #expect(try bench.frames(at: 9_600).count == 200)
  }

  /// Rolled to the right, nose down and turned to the left, each by 30°.
  @Test(
    arguments: [
      (SIMD4(0.9659, 0.2588, 0, 0), SIMD3(0.5236, 0, 0), SIMD3(0, 0.5, 0.866)),
      (SIMD4(0.9659, 0, 0.2588, 0), SIMD3(0, 0.5236, 0), SIMD3(-0.5, 0, 0.866)),
      (SIMD4(0.9659, 0, 0, 0.2588), SIMD3(0, 0, 0.5236), SIMD3(0, 0, 1)),
    ] as [(SIMD4<Double>, SIMD3<Double>, SIMD3<Double>)])
  func parts_turnedBody_areThoseOfTheVendor(
    attitude: SIMD4<Double>, angles: SIMD3<Double>, up: SIMD3<Double>
  ) {
    func near(_ parts: SIMD4<Double>, _ expected: SIMD3<Double>) -> Bool {
      let off = SIMD3(parts.x, parts.y, parts.z) - expected
      return (off * off).sum() < 1e-6
    }
    let angle = SimulatedIMU.parts(.angle, rate: .zero, attitude: attitude) * .pi
    #expect(near(angle, angles))
    let acceleration = SimulatedIMU.parts(.acceleration, rate: .zero, attitude: attitude) * 16
    #expect(near(acceleration, up))
  }

  @Test func commands_unlocked_takeEffect() throws {
    var bench = try Bench(isNew: true)
    bench.tell(.unlock, .contents(0x200), .rate(hertz: 200), .baudRate(115_200), at: 9_600)
    let frames = try bench.frames(at: 115_200)
    #expect(frames.count == 200 && frames.allSatisfy { $0.kind == .quaternion })
  }

  @Test func commands_locked_areIgnored() throws {
    var bench = try Bench(isNew: true)
    bench.tell(.rate(hertz: 200), at: 9_600)
    #expect(try bench.frames(at: 9_600, seconds: 11).count == 440)
    bench.tell(.unlock, at: 9_600)
    // It locks again after ten seconds.
    _ = try bench.frames(at: 9_600, seconds: 11)
    bench.tell(.rate(hertz: 200), at: 9_600)
    #expect(try bench.frames(at: 9_600).count == 40)
  }

  @Test func commands_atAnotherSpeed_areNotHeard() throws {
    var bench = try Bench(isNew: true)
    bench.tell(.unlock, .rate(hertz: 200), at: 115_200)
    #expect(try bench.frames(at: 9_600).count == 40)
  }
}
