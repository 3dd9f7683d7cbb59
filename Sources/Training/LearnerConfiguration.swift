public import Locomotion

/// Settings of the learner; the defaults are A2C's, and PPO is the same learner with others.
///
/// A2C is one epoch, one minibatch and no clip (Huang et al. 2022, arXiv 2205.09123).
public struct LearnerConfiguration: Sendable, Equatable, Codable {
  /// Simulations that are stepped together.
  public var environmentCount = 64
  /// Ticks of each simulation between two updates.
  public var ticksPerUpdate = 16

  /// Widths of the hidden layers, of actor and critic alike.
  public var hiddenWidths = [64, 64]
  /// What the hidden layers do to their sums.
  public var activation = HiddenActivation.tanh
  /// Whether actor and critic have hidden layers of their own.
  public var trunk = Trunk.separate
  /// How the deviations of continuous actions come about.
  public var exploration = ExplorationKind.free
  /// Natural logarithm of the deviation of the actions at the start.
  ///
  /// With state-dependent exploration, of the weights that carry the noise.
  public var logDeviationStart: Float = -1.5
  /// The least that it may become.
  ///
  /// A reward that counts what shakes soon ends exploration: what comes later, such as pushes that
  /// grow over a training, is then hardly learned from.
  public var logDeviationMin: Float = -10

  /// How advantages are estimated.
  public var estimator = EstimatorKind.gae
  /// λ of generalized advantage estimation.
  public var lambda: Float = 0.95
  /// Discount γ of the reward per tick.
  public var discount: Float = 0.98
  /// Whether the critic's estimate is subtracted from the returns.
  ///
  /// Without it, and with ``EstimatorKind/montecarlo``, the learner is REINFORCE.
  public var baseline = true
  /// Whether the advantages of a rollout are brought to mean 0 and deviation 1.
  public var advantageNormalisation = true
  /// Largest size of a normalised advantage, in deviations: what is beyond it, such as the few steps
  /// before a fall, is cut down to it; 0: nothing is.
  public var advantageMax: Float = 0
  /// Whether observations are brought to mean 0 and deviation 1 by running statistics; they are
  /// clipped to ±10 either way.
  public var observationNormalisation = true
  /// Whether rewards are divided by the running deviation of the discounted return.
  public var returnNormalisation = false

  /// Whether a separate critic also sees what no sensor gives, where a task has such numbers.
  public var privilegedCritic = true
  /// Weight of the entropy in the loss.
  public var entropyWeight: Float = 0
  /// Weight of the critic's error in the loss; it matters on a shared trunk, or with RMSprop.
  public var valueWeight: Float = 0.5
  /// Largest norm of the gradient, of actor and critic each where they are separate; K-FAC's actor
  /// has its divergence instead.
  public var gradientNormMax: Float = 0.5

  /// How gradients become steps.
  public var optimiser = OptimiserKind.adam
  /// Added to the Fisher information of K-FAC.
  public var damping: Float = 0.01
  /// Share of the old in K-FAC's running mean of gradients.
  public var momentum: Float = 0.9
  /// How the learning rate changes; with K-FAC it is a factor of the step, at best 1.
  public var learningRateSchedule = LearningRateSchedule.kl
  /// Learning rate at the start.
  public var learningRate: Float = 1e-3
  /// Largest learning rate that the steering may choose.
  public var learningRateMax: Float = 3e-3
  /// Smallest learning rate that the steering may choose.
  public var learningRateMin: Float = 1e-5
  /// Learning rate of a separate critic at the start; 0: as the actor's, which K-FAC's cannot be.
  ///
  /// It falls linearly to zero unless the schedule is constant: steering would starve the critic.
  public var criticLearningRate: Float = 0
  /// Passes of a separate critic over a rollout per update.
  ///
  /// The first is one step, together with the actor's one. The others are the critic's alone, as
  /// vanilla policy gradients often have them: one step a rollout leaves a critic behind its policy.
  public var criticPasses = 1
  /// Parts of a rollout, a few ticks of all simulations each, for which a pass of the critic alone
  /// makes a step.
  public var criticMinibatches = 1
  /// Divergence between the policies before and after an update: the rate is steered to it, and a
  /// step of K-FAC is as long as makes it.
  ///
  /// In nats; it decays linearly to ``klFinalShare`` of itself.
  public var klTarget: Float = 0.006
  /// Share of ``klTarget`` that is left at the end.
  public var klFinalShare: Float = 0.2

  /// Share of the training so far over which the networks' weights are averaged, as a running mean,
  /// into the policy that is evaluated and frozen; 0: the last weights are the policy.
  ///
  /// Learning goes on from the last weights. Each update is one noisy step, and the mean of many is
  /// nearer to where they lead (Polyak and Juditsky 1992, doi 10.1137/0330046).
  public var averageShare: Float = 0

  /// Passes over a rollout per update.
  public var epochs = 1
  /// Parts into which a rollout is cut at random, a gradient step for each.
  public var minibatches = 1
  /// By how much the probability of an action may change before its gradient is cut off; 0: never.
  public var clip: Float = 0

  /// The defaults.
  public init() {}
}

/// What the hidden layers do to their sums.
public enum HiddenActivation: String, NamedChoice {
  /// The hyperbolic tangent.
  case tanh
  /// The exponential linear unit.
  case elu
  /// The rectified linear unit.
  case relu
}

/// Whether actor and critic share their hidden layers.
public enum Trunk: String, NamedChoice {
  /// Each has its own.
  case separate
  /// They share them; only the last layers differ.
  case shared
}

/// How the deviations of continuous actions come about.
public enum ExplorationKind: String, NamedChoice {
  /// One free parameter per action; noise is drawn anew each tick.
  case free
  /// From the last hidden layer, by weights that are drawn once per rollout: the noise is then a
  /// smooth function of the state (Raffin et al. 2021, arXiv 2005.05719).
  case stateDependent = "state_dependent"
}

/// How advantages are estimated.
public enum EstimatorKind: String, NamedChoice {
  /// The one-step error of the critic: r + γ V(s′) − V(s).
  case td
  /// Rewards to the end of the rollout, then the critic's estimate (Mnih et al. 2016).
  case nstep
  /// Rewards to the end of the episode, and nothing of the critic's; steps of episodes that the
  /// rollout does not see end are left out.
  case montecarlo
  /// Generalized advantage estimation (Schulman et al. 2015, arXiv 1506.02438).
  case gae
}

/// How gradients become steps.
public enum OptimiserKind: String, NamedChoice {
  /// Adam.
  case adam
  /// RMSprop as TensorFlow has it.
  case rmsprop
  /// The natural gradient for the actor, its Fisher information in Kronecker factors (K-FAC), each
  /// step held to a divergence; Adam for the critic.
  case kfac
}

/// How the learning rate changes.
public enum LearningRateSchedule: String, NamedChoice {
  /// Not at all.
  case constant
  /// Linearly to zero at the last step.
  case linear
  /// Steered so that the policy moves by a set divergence per update.
  case kl
}
