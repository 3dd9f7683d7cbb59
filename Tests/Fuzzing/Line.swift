import Glibc

/// The lines to servos and IMU, and the time, in memory: the stand-in for the C boundary.
///
/// Drivers and ports are those of the product. What they write is heard by a ``Peer`` at once, what
/// it answers can be read at once, and a wait for more ends at its deadline without waiting.
enum Line {
  /// Descriptors of the two lines; no file has such.
  static let servos: Int32 = 1_000_000
  static let imu: Int32 = 1_000_001

  /// Reads and writes in one execution: more is a loop without end.
  private static let callsMax = 40_000
  /// Time that a byte takes on the line.
  private static let byteNanoseconds: UInt64 = 100

  nonisolated(unsafe) static var nowNanoseconds: UInt64 = 0
  /// Time by which a peer was late, which no deadline can take into account.
  nonisolated(unsafe) static var stalledNanoseconds: UInt64 = 0
  nonisolated(unsafe) static var peer = Peer()
  nonisolated(unsafe) static var imuPeer = ImuPeer()
  /// The result of the next write, or of the next read; 0 when they succeed.
  nonisolated(unsafe) static var writeError: Int64 = 0
  nonisolated(unsafe) static var readError: Int64 = 0

  nonisolated(unsafe) private static var calls = 0
  nonisolated(unsafe) private static var incoming: [UInt8] = []
  nonisolated(unsafe) private static var next = 0

  /// Begins an execution.
  static func reset() {
    nowNanoseconds = 1_000_000_000
    stalledNanoseconds = 0
    writeError = 0
    readError = 0
    calls = 0
    incoming.removeAll(keepingCapacity: true)
    next = 0
    peer = Peer()
    imuPeer = ImuPeer()
  }

  /// Lets the host read these bytes.
  static func send(_ bytes: some Sequence<UInt8>) { incoming += bytes }

  /// Lets time pass that no deadline can take into account.
  static func stall(nanoseconds: UInt64) {
    nowNanoseconds += nanoseconds
    stalledNanoseconds += nanoseconds
  }

  private static func count() {
    calls += 1
    if calls > callsMax { fatalError("more than \(callsMax) reads and writes") }
  }

  static func read(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ capacity: Int, _ deadline: UInt64
  ) -> Int64 {
    count()
    if descriptor == imu { return imuPeer.read(bytes, capacity, deadline) }
    if readError != 0 {
      defer { readError = 0 }
      return readError
    }
    if next == incoming.count { peer.linger() }
    let byteCount = min(capacity, incoming.count - next)
    guard byteCount > 0 else {
      nowNanoseconds = max(nowNanoseconds, deadline)
      return 0
    }
    for index in 0..<byteCount {
      bytes.storeBytes(of: incoming[next + index], toByteOffset: index, as: UInt8.self)
    }
    next += byteCount
    if next == incoming.count {
      incoming.removeAll(keepingCapacity: true)
      next = 0
    }
    nowNanoseconds += UInt64(byteCount) * byteNanoseconds
    return Int64(byteCount)
  }

  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int64 {
    count()
    nowNanoseconds += UInt64(bytes.count) * byteNanoseconds
    if writeError != 0 {
      Watch.lose()
      defer { writeError = 0 }
      return writeError
    }
    if descriptor == servos { peer.hear(bytes) }
    return Int64(bytes.count)
  }
}

/// Reads in the place of a terminal.
@_cdecl("terminalRead")
public func standInRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ capacity: Int, _ deadline: UInt64
) -> Int64 { Line.read(descriptor, bytes, capacity, deadline) }

/// Writes in the place of a terminal.
@_cdecl("terminalWrite")
public func standInWrite(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ byteCount: Int, _ deadline: UInt64
) -> Int64 { Line.write(descriptor, UnsafeRawBufferPointer(start: bytes, count: byteCount)) }

/// The time, in the place of the machine's.
@_cdecl("realtimeMonotonicNanoseconds")
public func standInNow() -> UInt64 { Line.nowNanoseconds }

/// A sleep that is over at once.
@_cdecl("realtimeSleep")
public func standInSleep(_ deadline: UInt64) -> Int32 {
  Line.nowNanoseconds = max(Line.nowNanoseconds, deadline)
  return 0
}
