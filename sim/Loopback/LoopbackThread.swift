public import Realtime
internal import Synchronization

/// A loopback in lockstep on its own thread, for a host in the same program.
public final class LoopbackThread<Device: LoopbackDevice & SendableMetatype & ~Copyable>:
  @unchecked Sendable
{
  /// The host's end.
  public let path: String
  /// The host's end of the IMU's line.
  public let imuPath: String
  private var server: LoopbackServer<Device>
  private var failure: LoopbackError?
  private var thread: BackgroundThread?
  private let clock: MonotonicClock
  private let isStopping = Atomic(false)

  /// Connects a device to two new pseudo terminals and starts to serve.
  ///
  /// - Parameters:
  ///   - faults: Faults to inject.
  ///   - seed: Decides which answers the faults affect.
  ///   - clock: Clock of the waits for the host.
  public init(
    _ device: consuming Device, faults: [LoopbackFault] = [], seed: UInt64 = 0,
    clock: MonotonicClock
  ) throws(LoopbackError) {
    self.clock = clock
    let terminal = try Self.terminal()
    let imu = try Self.terminal()
    path = terminal.path
    imuPath = imu.path
    server = LoopbackServer(
      device: device, terminal: terminal, imu: imu, faults: faults, seed: seed)
    start()
  }

  /// Ends serving; called once.
  ///
  /// - Returns: The report on the run.
  @discardableResult
  public func stop() throws(LoopbackError) -> LoopbackReport {
    pause()
    if let failure { throw failure }
    return server.report
  }

  /// Changes the device, between two of its rounds.
  public func change(_ body: (inout Device) -> Void) {
    pause()
    server.change(body)
    isStopping.store(false, ordering: .releasing)
    start()
  }

  private static func terminal() throws(LoopbackError) -> PseudoTerminal {
    do {
      return try PseudoTerminal(link: nil)
    } catch {
      throw .terminal(error)
    }
  }

  private func start() {
    do {
      thread = try BackgroundThread(name: "tarsus-loopback") { self.serve() }
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private func pause() {
    isStopping.store(true, ordering: .releasing)
    thread.take()?.join()
  }

  private func serve() {
    do throws(LoopbackError) {
      try server.run(until: { isStopping.load(ordering: .acquiring) }, on: clock)
    } catch {
      failure = error
    }
  }
}
