internal import PolicyNetwork
internal import Realtime
internal import RobotDescription
internal import Telemetry

/// Runs a policy: from a sample to joint targets, by the layouts of `RobotDescription`.
///
/// Its memory is allocated in `init`; everything after that is real-time safe.
@safe
struct PolicyRunner: ~Copyable {
  /// Number of targets that were clipped to limits or slew.
  private(set) var clippedTargets: UInt64 = 0
  /// Durations of observing and inferring in the last step.
  private(set) var phases = PhaseDurations()
  /// Observations since the start of the policy.
  private var tick: UInt32 = 0
  private let policy: PolicyFile
  private let clock: MonotonicClock
  private let observation: UnsafeMutableBufferPointer<Float>
  private let scratch: UnsafeMutableBufferPointer<Float>
  private let action: UnsafeMutableBufferPointer<Float>

  init(policy: PolicyFile, clock: MonotonicClock) {
    self.policy = policy
    self.clock = clock
    unsafe observation = .allocate(capacity: policy.observationWidth)
    unsafe observation.initialize(repeating: 0)
    unsafe action = .allocate(capacity: Robot.jointsMax)
    unsafe action.initialize(repeating: 0)
    unsafe scratch = .allocate(capacity: PolicyFile.scratchCount)
    unsafe scratch.initialize(repeating: 0)
  }

  deinit {
    unsafe observation.deallocate()
    unsafe action.deallocate()
    unsafe scratch.deallocate()
  }

  /// Restarts: the next observation has an empty history and the gait clock at 0.
  @_noAllocation
  mutating func restart() { tick = 0 }

  /// Writes the observation and action of the last step into a record.
  @_noAllocation
  func describe(into record: inout TickRecord) {
    let width = min(policy.observationWidth, TickRecord.observationWidthMax)
    record.observationWidth = UInt16(truncatingIfNeeded: width)
    var index = 0
    while index < width {
      unsafe record.observation[index] = observation[index]
      index += 1
    }
    for joint in 0..<policy.contract.jointCount {
      unsafe record.action[joint] = action[joint]
    }
  }

  /// Advances the targets of `state` by one tick.
  ///
  /// - Returns: The number of clipped targets; `nil` when observation or action are not finite, and
  ///   the targets stay unchanged.
  @_noAllocation
  mutating func step(
    _ sample: borrowing RobotSample, command: VelocityCommand, state: inout ActionState
  ) -> Int? {
    let contract = policy.contract
    guard sample.isFinite(jointCount: contract.jointCount) else { return nil }
    let startNanoseconds = clock.nowNanoseconds
    var observationSpan = unsafe observation.mutableSpan
    contract.observation.build(
      from: sample, command: command, action: state, layout: contract.actions, tick: tick,
      into: &observationSpan)
    tick &+= 1
    let observedNanoseconds = clock.nowNanoseconds
    unsafe policy.forward(
      observation.baseAddress.unsafelyUnwrapped, into: action.baseAddress.unsafelyUnwrapped,
      scratch: scratch.baseAddress.unsafelyUnwrapped)
    phases[.observe] = MonotonicClock.nanoseconds(from: startNanoseconds, to: observedNanoseconds)
    phases[.infer] = MonotonicClock.nanoseconds(
      from: observedNanoseconds, to: clock.nowNanoseconds)
    var targets = JointValues(repeating: 0)
    for joint in 0..<contract.jointCount {
      targets[joint] = unsafe action[joint]
      guard targets[joint].isFinite else { return nil }
    }
    let clippedCount = contract.actions.apply(targets, to: &state)
    clippedTargets &+= UInt64(clippedCount)
    return clippedCount
  }
}
