internal import Foundation
internal import ParallelArrays
internal import Physics

/// An episode of CartPole-v1: a reward of 1 for each tick until the pole falls.
struct CartPoleEpisode: Episode {
  var record: EpisodeRecord

  init(record: EpisodeRecord, on bodies: CartPoleBodies) { self.record = record }

  func act(_ action: Span<Float>, on bodies: CartPoleBodies, at index: Int) {
    bodies.isPushedRight[index] = action[0] == 1
  }

  func measure(_ bodies: CartPoleBodies, at index: Int) {}

  func reward(on bodies: CartPoleBodies, at index: Int) -> Float { 1 }

  func isTerminated(on bodies: CartPoleBodies, at index: Int) -> Bool {
    bodies.carts[index].hasFailed
  }

  func observe(
    _ bodies: CartPoleBodies, at index: Int, as moment: ObservationMoment,
    into rows: SliceBuffer<Float>
  ) {
    let cart = bodies.carts[index]
    rows[4 * index] = Float(cart.place)
    rows[4 * index + 1] = Float(cart.speed)
    rows[4 * index + 2] = Float(cart.angle)
    rows[4 * index + 3] = Float(cart.rate)
  }

  mutating func reset(on bodies: CartPoleBodies, at index: Int) { place(on: bodies, at: index) }

  mutating func place(on bodies: CartPoleBodies, at index: Int) {
    func drawn() -> Double { record.random.uniformDouble(in: -0.05...0.05) }
    bodies.carts[index] = CartPole(place: drawn(), speed: drawn(), angle: drawn(), rate: drawn())
  }

  func canBeReplaced(by other: CartPoleEpisode) -> Bool {
    record.canBeReplaced(by: other.record)
  }

  static func stored(_ episodes: [CartPoleEpisode]) -> StoredEpisodes { .cartPole(episodes) }

  static func episodes(in stored: StoredEpisodes) -> [CartPoleEpisode]? {
    if case .cartPole(let episodes) = stored { episodes } else { nil }
  }
}

extension CartPoleEpisode: StepwiseEpisode {
  static func positionCount(_ bodies: CartPoleBodies) -> Int { 2 }
  static func velocityCount(_ bodies: CartPoleBodies) -> Int { 2 }

  func start(positions: [Double], velocities: [Double], on bodies: CartPoleBodies) {
    bodies.setState([positions[0], velocities[0], positions[1], velocities[1]], of: 0)
  }

  func act(_ action: [Double], on bodies: CartPoleBodies) {
    bodies.isPushedRight[0] = action[0] == 1
  }

  func exactReward(on bodies: CartPoleBodies) -> Double { 1 }

  func exactObservation(
    _ bodies: CartPoleBodies, as moment: ObservationMoment
  ) -> [Double] { bodies.state(of: 0) }
}

extension CartPoleEpisode {
  private static var trackHeight: Float { 1 }

  /// A box on a track, and a pole on it.
  static var scene: Scene {
    let upright = [1.0, 0, 0, 0]
    func shape(
      _ kind: SceneShape.Kind, _ size: [Double], _ colour: [Float], part: Int, height: Double
    ) -> SceneShape {
      SceneShape(
        kind: kind, size: size, colour: colour, part: part, position: [0, 0, height],
        attitude: upright)
    }
    return Scene(
      shapes: [
        shape(.plane, [0, 0, 0], [0.5, 0.5, 0.5, 1], part: 0, height: 0),
        shape(
          .box, [2.4, 0.02, 0.02], [0.5, 0.5, 0.55, 1], part: 0, height: Double(trackHeight)),
        shape(.box, [0.2, 0.12, 0.1], [0.35, 0.4, 0.5, 1], part: 1, height: 0),
        shape(.capsule, [0.04, 0.5, 0], [0.8, 0.5, 0.3, 1], part: 2, height: 0.5),
      ], jointNames: ["pole"], footNames: [], tickSeconds: 0.02)
  }

  func frame(on bodies: CartPoleBodies, at index: Int) -> SceneFrame {
    let cart = bodies.carts[index]
    let place = [Float(cart.place), 0, Self.trackHeight]
    let half = Float(cart.angle) / 2
    var frame = SceneFrame(
      partPoses: [0, 0, 0, 1, 0, 0, 0] + place + [1, 0, 0, 0] + place
        + [cos(half), 0, sin(half), 0])
    frame.jointAngles = [Float(cart.angle)]
    frame.velocity = [Float(cart.speed)]
    return frame
  }
}
