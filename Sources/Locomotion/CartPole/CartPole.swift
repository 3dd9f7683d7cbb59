internal import Foundation
internal import ParallelArrays
internal import Physics

/// A cart and the pole on it (Barto, Sutton and Anderson 1983), with the figures of Gymnasium.
struct CartPole: Equatable {
  /// Metres from the middle of the track.
  var place = 0.0
  /// Metres per second.
  var speed = 0.0
  /// Radians from upright.
  var angle = 0.0
  /// Radians per second.
  var rate = 0.0

  /// True when the cart left its track or the pole leans too far.
  var hasFailed: Bool {
    !(abs(place) <= 2.4 && abs(angle) <= 12 * 2 * Double.pi / 360)
  }

  /// Makes one explicit Euler step of 0.02 s.
  mutating func advance(isPushedRight: Bool) {
    // Kilograms, metres and newtons; the length is half the pole's.
    let poleMass = 0.1
    let mass = poleMass + 1
    let length = 0.5
    let seconds = 0.02
    let cosine = cos(angle)
    let sine = sin(angle)
    let push = ((isPushedRight ? 10 : -10) + poleMass * length * (rate * rate) * sine) / mass
    let angular =
      (9.8 * sine - cosine * push) / (length * (4.0 / 3 - poleMass * (cosine * cosine) / mass))
    let linear = push - poleMass * length * angular * cosine / mass
    place += seconds * speed
    speed += seconds * linear
    angle += seconds * rate
    rate += seconds * angular
  }
}

/// The carts of all simulations of Gymnasium's CartPole-v1.
///
/// It is the smallest task that a learner can be seen to solve, and needs no physics engine.
final class CartPoleBodies: EpisodeBodies, @unchecked Sendable {
  let carts: SliceBuffer<CartPole>
  /// True for each cart that is pushed to the right in the coming tick, and not to the left.
  let isPushedRight: SliceBuffer<Bool>

  init(count: Int) {
    carts = SliceBuffer(repeating: CartPole(), count: count)
    isPushedRight = SliceBuffer(repeating: false, count: count)
  }

  let episodeTicksMax = 500
  /// 0 pushes to the left, 1 to the right.
  let actionSpace = ActionSpace.discrete(count: 2)
  /// Place and speed of the cart, angle and rate of the pole.
  let observationWidth = 4

  func advance() {
    for index in 0..<carts.count { carts[index].advance(isPushedRight: isPushedRight[index]) }
  }

  func state(of index: Int) -> [Double] {
    let cart = carts[index]
    return [cart.place, cart.speed, cart.angle, cart.rate]
  }

  func setState(_ state: [Double], of index: Int) {
    carts[index] = CartPole(place: state[0], speed: state[1], angle: state[2], rate: state[3])
  }
}
