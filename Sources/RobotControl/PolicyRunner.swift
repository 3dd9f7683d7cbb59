internal import PolicyNetwork
internal import Realtime
internal import RobotDescription
internal import Telemetry

/// A policy at work: from a sample to joint targets, by the layouts of Layer 0.
///
/// Its memory is allocated in `init`; everything after that is real-time safe.
@safe
struct PolicyRunner: ~Copyable {
  /// Targets that were asked for beyond limits or slew, or that were not finite.
  private(set) var heldTargets: UInt64 = 0
  /// How long observing and inferring took in the last step.
  private(set) var phases = PhaseDurations()
  /// Observations since the policy was started.
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

  /// Starts anew: the next observation is the first, with an empty history and the clock at 0.
  @_noAllocation
  mutating func restart() { tick = 0 }

  /// Puts what the last step saw and answered into a record.
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

  /// Moves the targets of `state` one tick on.
  ///
  /// - Returns: How many targets were beyond limits or slew; `nil` when observation or action are not
  ///   finite and the targets stay as they are.
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
    phases.observe = observedNanoseconds - startNanoseconds
    phases.infer = clock.nowNanoseconds - observedNanoseconds
    var targets = JointValues(repeating: 0)
    for joint in 0..<contract.jointCount {
      targets[joint] = unsafe action[joint]
      guard targets[joint].isFinite else { return nil }
    }
    let heldCount = contract.actions.apply(targets, to: &state)
    heldTargets &+= UInt64(heldCount)
    return heldCount
  }
}
