import RobotDescription
import SerialLink
@testable import ServoDrivers
import WireProtocol

/// An IMU's stream, as a tick reads it and as the tools do.
func fuzzImu() {
  let isTool = fields.byte() & 1 == 0
  if isTool {
    var link = ImuLink(port: SerialPort(descriptor: Line.imu, clock: .machine))
    while !fields.isOver {
      if fields.byte() & 3 == 0 {
        try? link.tell(WitMotionCommand(register: fields.byte(), value: fields.word()))
      }
      let nanoseconds = UInt64(fields.byte()) * 1_000_000
      guard let reading = try? link.listen(nanoseconds: nanoseconds) else { continue }
      if let rate = reading.angularRate, !rate.x.isFinite { fatalError("\(reading)") }
      if let down = reading.down, !down.z.isFinite { fatalError("\(reading)") }
    }
    return
  }
  var stream = imuStream
  var sample = BusSample()
  while !fields.isOver {
    let deadline = Line.nowNanoseconds + UInt64(fields.byte()) * 1_000_000
    let before = Line.nowNanoseconds
    stream.read(into: &sample, deadlineNanoseconds: deadline)
    if !sample.robot.isFinite(jointCount: 0) { fatalError("\(sample.robot)") }
    if Line.nowNanoseconds > max(before, deadline) + 3_000_000 { fatalError("the IMU took longer") }
  }
}
