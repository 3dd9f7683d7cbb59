internal import Foundation
public import Physics

extension CartPoleEnvironments {
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

  /// How a simulation looks after the last tick.
  public func frame(of index: Int) -> SceneFrame {
    let cart = episodes[index].cart
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
