import Testing

@testable import tarsus_lab
@testable import Training

@Suite struct SeedsReportTests {
  @Test func init_threeSeeds_hasMeanDeviationAndWorst() {
    let figures = [1.0, 2, 6].enumerated().map { seed, mean in
      var evaluation = Evaluation()
      evaluation.episodes = 1
      evaluation.returnMean = mean
      return SeedFigures(seed: UInt64(seed), seconds: 1, EvaluationReport(evaluation))
    }
    let report = SeedsReport(task: "Ant-v5", steps: 10, figures)
    #expect(report.returnMean == 3 && report.returnWorst == 1)
    #expect(abs(report.returnDeviation - (14.0 / 3).squareRoot()) < 1e-12)
  }

  @Test func init_evaluation_scoreIsMeanLessDeviation() {
    var evaluation = Evaluation()
    evaluation.returnMean = 10
    evaluation.returnStandardDeviation = 3
    #expect(EvaluationReport(evaluation).score == 7)
  }
}
