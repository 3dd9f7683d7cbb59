internal import PolicyNetwork
internal import RobotDescription

/// A policy at work: from a sample to joint targets, by the layouts of Layer 0.
///
/// Its memory is allocated in `init`; everything after that is real-time safe.
@safe
struct PolicyRunner: ~Copyable {
  /// Targets that were asked for beyond limits or slew, or that were not finite.
  private(set) var heldTargets: UInt64 = 0
  /// Observations since the policy was started.
  private var tick: UInt32 = 0
  private let policy: PolicyFile
  private let observation: UnsafeMutableBufferPointer<Float>
  private let scratch: UnsafeMutableBufferPointer<Float>
  private let action: UnsafeMutableBufferPointer<Float>

  init(policy: PolicyFile) {
    self.policy = policy
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
    var observationSpan = unsafe observation.mutableSpan
    contract.observation.build(
      from: sample, command: command, action: state, layout: contract.actions, tick: tick,
      into: &observationSpan)
    tick &+= 1
    unsafe policy.forward(
      observation.baseAddress.unsafelyUnwrapped, into: action.baseAddress.unsafelyUnwrapped,
      scratch: scratch.baseAddress.unsafelyUnwrapped)
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
