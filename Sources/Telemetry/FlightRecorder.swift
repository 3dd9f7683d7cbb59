internal import Glibc
public import Realtime
internal import Synchronization

/// Writes every tick of a control loop to an MCAP file, on a thread of its own.
///
/// The loop only fills a slot of a ring: it never waits, allocates or locks. When writing fails, as
/// on a full disk, the log ends and the robot goes on.
@safe
public final class FlightRecorder: @unchecked Sendable {
  /// The outcome of a log.
  public struct Outcome: Sendable, Equatable {
    /// Ticks in the file.
    public var ticks: UInt64 = 0
    /// Ticks that were dropped since the ring was full.
    public var dropped: UInt64 = 0
    /// The size of the file, in bytes.
    public var byteCount: UInt64 = 0
    /// The number of the error that ended the log early; 0 for none.
    public var errorNumber: Int32 = 0
  }

  private let descriptor: Int32
  private let ring: UnsafeMutablePointer<FlightRing>
  private let mustEnd = Atomic<Bool>(false)
  private let clock: MonotonicClock
  private var thread: BackgroundThread?
  // Only the writing thread uses these until it has ended.
  private var log: FlightLog
  private var outcome = Outcome()

  /// The number of ticks in the ring: two seconds at 500 Hz.
  private static let ringCapacity = 1024
  /// The pause between two looks of the writer for ticks.
  private static let napNanoseconds: UInt64 = 5_000_000

  /// The name of the writing thread.
  static let threadName = "tarsus-log"

  /// Creates or empties a file, and starts the writing thread.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - isReplacing: True when a file with contents may be emptied.
  ///   - description: Robot and policy, which are stored in the log.
  ///   - clock: The clock of the ticks.
  ///   - wallNanoseconds: The present time since 1970, for the time stamps of the ticks.
  /// - Throws: ``FlightRecorderError`` when the file cannot be created.
  public init(
    path: String, isReplacing: Bool = false, description: FlightDescription,
    clock: MonotonicClock, wallNanoseconds: UInt64
  ) throws(FlightRecorderError) {
    self.clock = clock
    unsafe ring = .allocate(capacity: 1)
    unsafe ring.initialize(to: FlightRing(capacity: Self.ringCapacity))
    do throws(FileError) {
      if !isReplacing { try OutputFile.checkFree(path) }
      descriptor = try OutputFile.begin(path)
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

  /// True when the next tick would be dropped; a loop without a clock waits while it is.
  public var isFull: Bool { unsafe ring.pointee.isFull }

  /// The loop's end; the recorder must outlive it.
  public var tap: FlightTap { unsafe FlightTap(ring: ring) }

  /// Ends the file after all ticks are written; called once, by the recording thread.
  public func end() -> Outcome {
    mustEnd.store(true, ordering: .releasing)
    thread.take()?.join()
    unsafe outcome.dropped = ring.pointee.dropped
    return outcome
  }

  private func work() {
    while true {
      // Read before the ring is emptied, so that all ticks before the end are written.
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
    guard outcome.errorNumber == 0 else { return }
    let (byteCount, errorNumber) = Descriptor.write(bytes, to: descriptor)
    outcome.byteCount += UInt64(byteCount)
    outcome.errorNumber = errorNumber
  }
}

/// The loop's end of a flight recorder: a plain value, so that a tick counts no references.
@safe
public struct FlightTap: @unchecked Sendable {
  fileprivate let ring: UnsafeMutablePointer<FlightRing>

  fileprivate init(ring: UnsafeMutablePointer<FlightRing>) { unsafe self.ring = ring }

  /// Claims the slot of the next record, which holds an older one; ``publish()`` follows.
  ///
  /// Real-time safe.
  ///
  /// - Returns: `nil` when the ring is full; the tick is counted as dropped.
  @_noAllocation
  public func claim() -> UnsafeMutablePointer<TickRecord>? { unsafe ring.pointee.claim() }

  /// Passes the claimed record to the writer, real-time safe.
  @_noAllocation
  public func publish() { unsafe ring.pointee.publish() }
}

/// The robot and the policy of a log.
public struct FlightDescription: Sendable {
  /// Name of the body.
  public var body: String
  /// Names of the joints, in the order of all arrays.
  public var jointNames: [String]
  /// Time between two ticks, in microseconds.
  public var controlPeriodMicroseconds: UInt32
  /// Checksum at the end of the policy file.
  public var policyChecksum: UInt32
  /// Names of the loop's states, by raw value.
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

/// A log cannot be created.
public struct FlightRecorderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path and the cause.
  public let file: FileError

  init(_ file: FileError) { self.file = file }

  /// True when a file is there that may not be replaced.
  public var isOccupied: Bool { file.reason == .occupied }

  /// One sentence: the cause and the cure.
  public var description: String {
    let cure =
      isOccupied
      ? "name another, or replace it with --force" : "expected a folder that is there and has room"
    return "log \(file.path): cannot be written: \(file.problem); \(cure)"
  }
}
