public import Locomotion

/// Settings of the learner; the defaults are A2C, and other settings make it PPO.
///
/// A2C is PPO with one epoch, one minibatch and no clip (Huang et al. 2022, arXiv 2205.09123).
/// `sim/README.md` lists the algorithms of the textbooks with their settings.
public struct LearnerConfiguration: Sendable, Equatable, Codable {
  /// Environments that are stepped together.
  public var environmentCount = 64
  /// The n of n-steps: ticks of each environment between two updates.
  public var ticksPerUpdate = 16

  /// Widths of the hidden layers, of actor and critic alike.
  public var hiddenWidths = [64, 64]
  /// Activation function of the hidden layers.
  public var activation = HiddenActivation.tanh
  /// Hidden layers of actor and critic: separate or shared.
  public var trunk = Trunk.separate
  /// Kind of noise in continuous actions.
  public var exploration = ExplorationKind.free
  /// Natural logarithm of the actions' standard deviation at the start.
  ///
  /// With state-dependent exploration it is that of the noise weights.
  public var logDeviationStart: Float = -1.5
  /// Floor under the logarithm of the actions' standard deviation.
  ///
  /// A reward that penalises shaking soon ends exploration; the policy then hardly learns from
  /// changes that come later, such as pushes that grow over a training.
  public var logDeviationMin: Float = -10

  /// Advantage estimator.
  public var estimator = EstimatorKind.gae
  /// λ of generalized advantage estimation.
  public var lambda: Float = 0.95
  /// Discount γ of the reward per tick.
  public var discount: Float = 0.98
  /// Subtracts the critic's value from the returns.
  ///
  /// Without it, and with ``EstimatorKind/montecarlo``, the learner is REINFORCE.
  public var baseline = true
  /// Brings the advantages of a rollout to mean 0 and standard deviation 1.
  public var advantageNormalisation = true
  /// Size to which normalised advantages are clipped, in standard deviations; 0 clips none.
  ///
  /// The few steps before a fall have the largest.
  public var advantageMax: Float = 0
  /// Brings observations to mean 0 and standard deviation 1 by running statistics.
  ///
  /// They are clipped to ±10 either way.
  public var observationNormalisation = true
  /// Divides rewards by the running standard deviation of the discounted return.
  public var returnNormalisation = false

  /// Lets a separate critic see privileged observations, where a task has them.
  public var privilegedCritic = true
  /// Weight of the entropy in the loss.
  public var entropyWeight: Float = 0
  /// Weight of the critic's error in the loss; it matters on a shared trunk, or with RMSprop.
  public var valueWeight: Float = 0.5
  /// Norm to which gradients are clipped, of actor and critic each where they are separate.
  ///
  /// The KL target bounds the steps of a K-FAC actor instead.
  public var gradientNormMax: Float = 0.5

  /// Optimiser.
  public var optimiser = OptimiserKind.adam
  /// Damping of K-FAC: added to the Fisher information.
  public var damping: Float = 0.01
  /// Momentum of K-FAC: share of the old in its running mean of gradients.
  public var momentum: Float = 0.9
  /// Schedule of the learning rate.
  public var learningRateSchedule = LearningRateSchedule.kl
  /// Learning rate at the start; with K-FAC a factor of the step, at best 1.
  public var learningRate: Float = 1e-3
  /// Largest learning rate that steering may choose.
  public var learningRateMax: Float = 3e-3
  /// Smallest learning rate that steering may choose.
  public var learningRateMin: Float = 1e-5
  /// Learning rate of a separate critic at the start; 0 takes the actor's, but not with K-FAC.
  ///
  /// It falls linearly to 0 unless the schedule is constant: steering would starve the critic.
  public var criticLearningRate: Float = 0
  /// Passes of a separate critic over a rollout per update.
  ///
  /// The first pass is one step together with the actor's; the others step the critic alone, as is
  /// usual in vanilla policy gradients: with one step per rollout a critic lags behind its policy.
  public var criticPasses = 1
  /// Steps in a pass of the critic alone, each on a few ticks of all environments.
  public var criticMinibatches = 1
  /// Target of the KL divergence between the policies before and after an update, in nats.
  ///
  /// It steers the learning rate and sets the step size of K-FAC. It falls linearly to
  /// ``klFinalShare`` of itself.
  public var klTarget: Float = 0.006
  /// Share of ``klTarget`` at the end of the training.
  public var klFinalShare: Float = 0.2

  /// Share of the training so far over which weights are averaged into the policy; 0 averages none.
  ///
  /// The averaged policy is evaluated and frozen; learning continues from the last weights. The
  /// mean of many noisy steps is nearer to the optimum (Polyak and Juditsky 1992,
  /// doi 10.1137/0330046).
  public var averageShare: Float = 0

  /// Passes over a rollout per update.
  public var epochs = 1
  /// Random parts of a rollout, each with a gradient step.
  public var minibatches = 1
  /// PPO's ε: change of an action's probability at which its gradient is cut; 0 is A2C.
  public var clip: Float = 0

  /// The defaults.
  public init() {}
}

/// Activation functions of the hidden layers.
public enum HiddenActivation: String, NamedChoice {
  /// The hyperbolic tangent.
  case tanh
  /// The exponential linear unit.
  case elu
  /// The rectified linear unit.
  case relu
}

/// Hidden layers of actor and critic.
public enum Trunk: String, NamedChoice {
  /// A network each.
  case separate
  /// One network with two heads.
  case shared
}

/// Kinds of noise in continuous actions.
public enum ExplorationKind: String, NamedChoice {
  /// One free parameter per action; noise is drawn in each tick.
  case free
  /// A smooth function of the state, with weights drawn once per rollout (gSDE).
  ///
  /// Raffin et al. 2021, arXiv 2005.05719.
  case stateDependent = "state_dependent"
}

/// Advantage estimators.
public enum EstimatorKind: String, NamedChoice {
  /// The one-step error of the critic: r + γ V(s′) − V(s).
  case td
  /// The n-step return: rewards to the rollout's end, then the critic's value (Mnih et al. 2016).
  case nstep
  /// The Monte Carlo return: rewards to the end of the episode.
  ///
  /// Steps of episodes whose end the rollout does not see are left out.
  case montecarlo
  /// Generalized advantage estimation (Schulman et al. 2015, arXiv 1506.02438).
  case gae
}

/// Optimisers.
public enum OptimiserKind: String, NamedChoice {
  /// Adam.
  case adam
  /// RMSprop in TensorFlow's form.
  case rmsprop
  /// The natural gradient with Kronecker factors (K-FAC) for the actor; Adam for the critic.
  case kfac
}

/// Schedules of the learning rate.
public enum LearningRateSchedule: String, NamedChoice {
  /// Constant.
  case constant
  /// Linear to 0 at the last step.
  case linear
  /// Steered to a KL divergence per update.
  case kl
}
