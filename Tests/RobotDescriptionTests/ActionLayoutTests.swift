import RobotDescription
import SeededRandomness
import Testing

struct ActionLayoutTests {
  /// Applies an action to targets and returns the new targets and how many joints were held.
  private func apply(
    _ action: [Float], to targets: JointValues, _ layout: ActionLayout = TwoJoints.actions()
  ) -> (first: Float, second: Float, heldCount: Int) {
    var state = ActionState(targets: targets)
    let heldCount = layout.apply(action.span, to: &state)
    return (state.targets[0], state.targets[1], heldCount)
  }

  @Test func init_fromARobot_takesItsNumbers() {
    let layout = ActionLayout(robot: TwoJoints.robot(), scale: 0.25)
    #expect(layout.jointCount == 2)
    #expect([layout.defaultPose[0], layout.defaultPose[1]] == [0.5, -0.25])
    #expect([layout.scale[0], layout.scale[1]] == [0.25, 0.25])
    #expect([layout.lowerLimits[0], layout.lowerLimits[1]] == [-1, -0.5])
    #expect([layout.upperLimits[0], layout.upperLimits[1]] == [1, 0.75])
    #expect(abs(layout.slewMaxRadians[0] - 0.08) < 1e-7)
    #expect(abs(layout.slewMaxRadians[1] - 0.16) < 1e-7)
  }

  @Test func apply_zeroAction_isTheDefaultPose() {
    #expect(apply([0, 0], to: TwoJoints.values(0.5, -0.25)) == (0.5, -0.25, 0))
  }

  @Test func apply_smallAction_isPoseAndScaledAction() {
    #expect(apply([0.5, -0.25], to: TwoJoints.values(0.5, -0.25)) == (0.625, -0.3125, 0))
  }

  @Test func apply_actionBeyondTheLimits_stopsAtThem() {
    let layout = TwoJoints.actions(slew: 100)
    #expect(apply([80, -80], to: TwoJoints.values(0, 0), layout) == (1, -0.5, 2))
    #expect(apply([-80, 80], to: TwoJoints.values(0, 0), layout) == (-1, 0.75, 2))
  }

  @Test func apply_actionAtTheLimit_isNotHeld() {
    #expect(apply([2, 4], to: TwoJoints.values(1, 0.75)) == (1, 0.75, 0))
  }

  @Test func apply_farAction_movesByTheSlew() {
    #expect(apply([1, -1], to: TwoJoints.values(0.5, -0.25)) == (0.625, -0.375, 2))
  }

  @Test func apply_farActionAgainAndAgain_arrives() {
    let layout = TwoJoints.actions()
    var state = ActionState(targets: TwoJoints.values(-1, -0.25))
    let action: [Float] = [2, 0]
    let held = (0..<17).map { _ in layout.apply(action.span, to: &state) }
    #expect(state.targets[0] == 1)
    #expect(held == [Int](repeating: 1, count: 15) + [0, 0])
  }

  @Test func apply_targetOutsideTheLimits_returnsByTheSlew() {
    #expect(apply([0, 0], to: TwoJoints.values(2, -0.25)) == (1.875, -0.25, 1))
  }

  @Test(arguments: [Float.nan, .signalingNaN, .infinity, -.infinity, .greatestFiniteMagnitude])
  func apply_actionThatIsNotFinite_holdsTheTarget(action: Float) {
    // The largest number is finite, but not four times of it.
    let layout = TwoJoints.actions(scale: 4)
    #expect(apply([action, 0], to: TwoJoints.values(0.75, -0.25), layout) == (0.75, -0.25, 1))
  }

  @Test func apply_mixedActions_countsEveryHeldJointOnce() {
    #expect(apply([.nan, 80], to: TwoJoints.values(0.5, -0.25)).heldCount == 2)
    #expect(apply([0, 80], to: TwoJoints.values(0.5, -0.25)).heldCount == 1)
    #expect(apply([0, .nan], to: TwoJoints.values(0.5, -0.25)).heldCount == 1)
  }

  @Test func apply_longerAction_ignoresTheRest() {
    #expect(apply([0, 0, .nan], to: TwoJoints.values(0.5, -0.25)) == (0.5, -0.25, 0))
  }

  @Test func actionInForce_ofUnheldActions_isTheirInverse() {
    let layout = TwoJoints.actions(slew: 100)
    var random = SeededRandom(seed: 11)
    for _ in 0..<1000 {
      let action = [random.float(in: -2...2), random.float(in: -1...4)]
      var state = ActionState(targets: TwoJoints.values(0, 0))
      let heldCount = layout.apply(action.span, to: &state)
      #expect(heldCount == 0)
      for joint in 0..<2 {
        #expect(abs(layout.actionInForce(state, joint: joint) - action[joint]) < 1e-6)
      }
    }
  }

  @Test func actionInForce_ofAHeldAction_isWhatWasDone() {
    let layout = TwoJoints.actions()
    var state = ActionState(targets: TwoJoints.values(0.5, -0.25))
    let action: [Float] = [4, 0]
    layout.apply(action.span, to: &state)
    #expect(layout.actionInForce(state, joint: 0) == 0.5)
  }
}
