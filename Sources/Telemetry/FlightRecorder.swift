internal import Glibc
public import Realtime
internal import Synchronization

/// Writes every tick of a control loop to an MCAP file, on a thread of its own.
///
/// The loop only fills a slot of a ring: it never waits, allocates or locks. When the file cannot be
/// written any more, as on a full disk, the log ends and the robot goes on.
@safe
public final class FlightRecorder: @unchecked Sendable {
  /// What became of the ticks.
  public struct Outcome: Sendable, Equatable {
    /// Ticks in the file.
    public var ticks: UInt64 = 0
    /// Ticks that found no room in the ring.
    public var dropped: UInt64 = 0
    /// Bytes of the file.
    public var byteCount: UInt64 = 0
    /// Number of the error that ended the log early; 0 when none did.
    public var errorNumber: Int32 = 0
  }

  private let descriptor: Int32
  private let ring: UnsafeMutablePointer<FlightRing>
  private let mustEnd = Atomic<Bool>(false)
  private let clock: MonotonicClock
  private var thread: BackgroundThread?
  // Of the writing thread alone, until it has ended.
  private var log: FlightLog
  private var outcome = Outcome()

  /// Ticks that the writer may be behind: two seconds at 500 Hz.
  private static let ringCapacity = 1024
  /// How often the writer looks for ticks.
  private static let napNanoseconds: UInt64 = 5_000_000

  /// What `top -H` calls the thread that writes.
  static let threadName = "tarsus-log"

  /// Makes a file, or empties one, and begins to write.
  ///
  /// - Parameters:
  ///   - path: Of the file.
  ///   - isReplacing: Whether a file with contents may be emptied.
  ///   - description: Of the robot and the policy, kept with the log.
  ///   - clock: Of the ticks.
  ///   - wallNanoseconds: Time since 1970 now, by which the log tells when a tick was.
  /// - Throws: ``FlightRecorderError`` when the file cannot be made.
  public init(
    path: String, isReplacing: Bool = false, description: FlightDescription,
    clock: MonotonicClock, wallNanoseconds: UInt64
  ) throws(FlightRecorderError) {
    self.clock = clock
    unsafe ring = .allocate(capacity: 1)
    unsafe ring.initialize(to: FlightRing(capacity: Self.ringCapacity))
    do throws(FileError) {
      descriptor = try OutputFile.begin(path, isReplacing: isReplacing)
    } catch {
      throw FlightRecorderError(error)
    }
    log = FlightLog(
      description: description, startNanoseconds: wallNanoseconds &- clock.nowNanoseconds)
    do {
      thread = try BackgroundThread(name: Self.threadName) { self.work() }
    } catch {
      throw FlightRecorderError(FileError(path: path, reason: .system(error.errorNumber)))
    }
  }

  deinit {
    close(descriptor)
    unsafe ring.deinitialize(count: 1)
    unsafe ring.deallocate()
  }

  /// Whether the next tick would be dropped: a loop that waits for no clock waits for this.
  public var isFull: Bool { unsafe ring.pointee.isFull }

  /// Where a loop puts its ticks; the recorder has to outlive it.
  public var tap: FlightTap { unsafe FlightTap(ring: ring) }

  /// Ends the file once all ticks are in it; called once, by the thread that records.
  public func end() -> Outcome {
    mustEnd.store(true, ordering: .releasing)
    thread.take()?.join()
    unsafe outcome.dropped = ring.pointee.dropped
    return outcome
  }

  private func work() {
    while true {
      // Asked before the ring is emptied: what was recorded before the end is written.
      let isLast = mustEnd.load(ordering: .acquiring)
      while unsafe ring.pointee.pop({ log.add($0) }) {
        outcome.ticks += outcome.errorNumber == 0 ? 1 : 0
        write()
      }
      if isLast { break }
      BackgroundThread.rest(nanoseconds: Self.napNanoseconds)
    }
    log.end()
    write()
  }

  private func write() {
    let bytes = log.take()
    var written = 0
    while written < bytes.count && outcome.errorNumber == 0 {
      let count = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count > 0 {
        written += count
        outcome.byteCount += UInt64(count)
      } else if errno != EINTR {
        outcome.errorNumber = errno
      }
    }
  }
}

/// The loop's end of a flight recorder: a plain value, so that a tick counts no references.
@safe
public struct FlightTap: @unchecked Sendable {
  fileprivate let ring: UnsafeMutablePointer<FlightRing>

  fileprivate init(ring: UnsafeMutablePointer<FlightRing>) { unsafe self.ring = ring }

  /// Room for the record of a tick, which holds an older one; ``publish()`` follows.
  ///
  /// Real-time safe.
  ///
  /// - Returns: `nil` when the writer is too far behind; the tick is counted as dropped.
  @_noAllocation
  public func claim() -> UnsafeMutablePointer<TickRecord>? { unsafe ring.pointee.claim() }

  /// Hands the claimed record over to be written, real-time safe.
  @_noAllocation
  public func publish() { unsafe ring.pointee.publish() }
}

/// What a log says about the robot and the policy.
public struct FlightDescription: Sendable {
  /// Name of the body.
  public var body: String
  /// Names of the joints, in the order of all arrays.
  public var jointNames: [String]
  /// Time between two ticks, in microseconds.
  public var controlPeriodMicroseconds: UInt32
  /// Checksum of the policy file, as it stands at its end.
  public var policyChecksum: UInt32
  /// Names of the loop's states, by number.
  public var stateNames: [String]
  /// Sentences of the faults, by code.
  public var faults: [UInt16: String]

  /// Describes a robot and its policy.
  public init(
    body: String, jointNames: [String], controlPeriodMicroseconds: UInt32,
    policyChecksum: UInt32, stateNames: [String], faults: [UInt16: String]
  ) {
    self.body = body
    self.jointNames = jointNames
    self.controlPeriodMicroseconds = controlPeriodMicroseconds
    self.policyChecksum = policyChecksum
    self.stateNames = stateNames
    self.faults = faults
  }
}

/// A log that cannot be made.
public struct FlightRecorderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where it was to be, and what was found.
  public let file: FileError

  init(_ file: FileError) { self.file = file }

  /// Whether a file is there that nobody asked to replace.
  public var isOccupied: Bool { file.reason == .occupied }

  /// One sentence: what was found and the cure.
  public var description: String {
    let cure =
      isOccupied
      ? "name another, or replace it with --force" : "expected a folder that is there and has room"
    return "log \(file.path): cannot be written: \(file.problem); \(cure)"
  }
}
