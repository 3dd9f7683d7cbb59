internal import CommandSupport
internal import Realtime
internal import SerialLink
internal import ServoDrivers

/// Whether the adapter at a port sends back what it is sent.
enum EchoTest {
  /// Tries it; when the port cannot be used it says why and returns `nil`.
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
