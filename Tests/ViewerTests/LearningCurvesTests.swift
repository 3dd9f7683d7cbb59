import Testing

@testable import Viewer

@Suite struct LearningCurvesTests {
  @Test func init_emptyCellsAndNotNumbers_areNone() throws {
    let table = "steps,seconds,return,length\n10,1,2.5,\n20,2,nan,7\n"
    let curves = try #require(LearningCurves(table: table))
    #expect(curves.columns == ["steps": [10, 20], "return": [2.5, nil], "length": [nil, 7]])
  }

  @Test func init_termsOfTheReward_areKept() throws {
    let table = "steps,seconds,reward_foot_slip,rewards\n10,1,-0.5,3\n"
    let curves = try #require(LearningCurves(table: table))
    #expect(curves.columns == ["steps": [10], "reward_foot_slip": [-0.5]])
  }

  @Test func init_rowUnderWay_isLeftOut() throws {
    let curves = try #require(LearningCurves(table: "steps,return\n10,1\n20"))
    #expect(curves.columns == ["steps": [10], "return": [1]])
  }

  @Test(arguments: ["", "steps,return\n", "seconds,return\n1,2\n"])
  func init_noRowOrNoSteps_isNone(table: String) {
    #expect(LearningCurves(table: table) == nil)
  }

  @Test func init_manyRows_areThinnedOutButForEvaluationsAndTheLast() throws {
    let rows = (0..<3_000).map { "\($0),\($0 % 1_000 == 1 ? "7" : "")\n" }.joined()
    let curves = try #require(LearningCurves(table: "steps,evaluation_return\n" + rows))
    let steps = try #require(curves.columns["steps"]).compactMap { $0 }
    // Every third, of the evaluated ones 1 and 1 001, which are no third ones, and the last.
    #expect(steps.count == 1_003)
    #expect(Set(steps).isSuperset(of: [0, 1, 3, 1_001, 2_001, 2_999]))
    #expect(curves.columns["evaluation_return"]?.compactMap { $0 } == [7, 7, 7])
  }
}
