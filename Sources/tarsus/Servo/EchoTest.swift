internal import CommandSupport
internal import Realtime
internal import SerialLink
internal import ServoDrivers

/// Detects an adapter that echoes the bytes that are sent to it.
enum EchoTest {
  /// Tests a port; shows the reason and returns `nil` when the port cannot be used.
  static func echoes(_ path: String, baud: Int32 = 1_000_000) -> Bool? {
    do throws(SerialOpenError) {
      let port = try SerialPort(path: path, baudRate: baud, clock: .machine)
      do throws(BusError) {
        return try EchoProbe.echoes(port)
      } catch {
        note("port \(path): \(error)")
      }
    } catch {
      note("\(error)")
    }
    return nil
  }
}
