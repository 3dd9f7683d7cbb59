import WireProtocol

/// Main loop of the board: bytes from the host into the session, replies back, the watchdog in
/// between.
@main
struct Firmware {
  static func main() {
    CoreClock.start()
    var clock = BoardClock()
    var serial = HostSerial()
    var session = BoardSession(
      firmwareVersion: BoardConfiguration.firmwareVersion,
      jointCount: BoardConfiguration.jointCount,
      jointNamesHash: BoardConfiguration.jointNamesHash(),
      controlPeriodMicroseconds: BoardConfiguration.controlPeriodMicroseconds)
    // The servo bus and the IMU have no drivers: every number of the sample stays zero, and the
    // fault bits of each state say so.
    session.standingFaults = .servoBusAbsent.union(.imuAbsent)
    let sample = BoardSample(jointCount: BoardConfiguration.jointCount)
    var reply = InlineArray<165, UInt8>(repeating: 0)

    while true {
      serial.transmit()
      let now = clock.nowMicroseconds()
      session.poll(at: now)
      if let byte = serial.receive() { session.receive(byte, at: now) }
      while let request = session.nextRequest() {
        var buffer = reply.mutableSpan
        let count = session.answer(request, sample: sample, at: now, into: &buffer)
        serial.send(reply.span, count: count)
      }
    }
  }
}
