internal import Foundation
internal import Realtime

/// Listens to lines of JSON on a stream.
struct LineListener: CommandListener {
  private let descriptor: Int32
  private var sink: MessageSink
  private var cutter = LineCutter(byteCountMax: CommandMessage.byteCountMax)

  init(descriptor: Int32, sink: MessageSink) {
    self.descriptor = descriptor
    self.sink = sink
  }

  mutating func round() -> Bool {
    guard Input.isReady(descriptor) else { return true }
    let arming = sink.mailbox.arming
    switch Input.read(descriptor, byteCountMax: CommandMessage.byteCountMax) {
    case .nothing: return true
    case .bytes(let bytes):
      for line in cutter.take(bytes) { take(line, arming) }
      return true
    case .ended:
      if let line = cutter.end() { take(line, arming) }
      return false
    }
  }

  private mutating func take(_ line: LineCutter.Line, _ arming: UInt32) {
    switch line {
    case .whole(let bytes): sink.take(bytes, arming: arming)
    case .tooLong: sink.complainOfLength()
    }
  }
}

/// Listens to datagrams; no input ends it.
struct DatagramListener: CommandListener {
  private let descriptor: Int32
  private var signatures: DatagramGuard?
  private var sink: MessageSink
  private let now: @Sendable () -> DatagramGuard.Moment

  /// The pause after an error of the socket, so that a lasting error does not busy a processor.
  private static let restNanoseconds: UInt64 = 100_000_000

  /// - Parameter signatures: Checks signed datagrams; `nil` for unsigned ones.
  init(
    descriptor: Int32, signatures: DatagramGuard?, sink: MessageSink,
    now: @escaping @Sendable () -> DatagramGuard.Moment = { .now }
  ) {
    self.descriptor = descriptor
    self.signatures = signatures
    self.sink = sink
    self.now = now
  }

  mutating func round() -> Bool {
    guard Input.isReady(descriptor) else { return true }
    let arming = sink.mailbox.arming
    // One byte more, so that a datagram that is too long is detected.
    var bytes = [UInt8](repeating: 0, count: CommandMessage.byteCountMax + 1)
    var place = sockaddr_in()
    let count = Self.receive(descriptor, &bytes, &place)
    guard count >= 0 else {
      // Such as the answer of a firewall; an empty datagram is not an error.
      if errno != EAGAIN && errno != EINTR {
        BackgroundThread.rest(nanoseconds: Self.restNanoseconds)
      }
      return true
    }
    guard count <= CommandMessage.byteCountMax else {
      sink.complainOfLength()
      return true
    }
    bytes.removeLast(bytes.count - count)
    take(bytes, from: DatagramGuard.Sender(place), arming)
    return true
  }

  private mutating func take(
    _ bytes: [UInt8], from sender: DatagramGuard.Sender, _ arming: UInt32
  ) {
    guard signatures != nil else { return sink.take(bytes, arming: arming) }
    do throws(CommandError) {
      if let payload = try signatures?.open(bytes, from: sender, at: now()) {
        sink.take(payload, arming: arming)
      }
    } catch {
      sink.complain(error)
    }
  }

  private static func receive(
    _ descriptor: Int32, _ bytes: inout [UInt8], _ place: inout sockaddr_in
  ) -> Int {
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafeMutablePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe recvfrom(descriptor, &bytes, bytes.count, 0, address, &size)
      }
    }
  }
}

extension DatagramGuard.Sender {
  init(_ place: sockaddr_in) {
    self.init(address: place.sin_addr.s_addr, port: place.sin_port)
  }
}

/// A socket for datagrams, which stays open until the program ends.
struct CommandSocket {
  let descriptor: Int32

  /// - Parameters:
  ///   - port: 0 takes any free port.
  ///   - isSigned: True when datagrams are signed.
  /// - Throws: ``CommandError`` when it cannot be opened, or would be open to everybody.
  init(address: String, port: UInt16, isSigned: Bool) throws(CommandError) {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
      throw CommandError("udp: found the address '\(address)', expected four numbers: 127.0.0.1")
    }
    guard isSigned || UInt32(bigEndian: place.sin_addr.s_addr) >> 24 == 127 else {
      throw CommandError(
        "udp: \(address) is open to others, expected a token that they know: set "
          + "\(CommandKey.variable); \(CommandKey.recipe)")
    }
    let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    descriptor = socket(AF_INET, Int32(kind), 0)
    guard descriptor >= 0 else {
      throw CommandError("udp: no socket: \(systemText(errno))")
    }
    let result = unsafe withUnsafePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let reason = systemText(errno)
      close(descriptor)
      throw CommandError(
        "udp: port \(port) of \(address) cannot be taken: \(reason); use another port, and an "
          + "address of this machine or 0.0.0.0")
    }
  }
}
