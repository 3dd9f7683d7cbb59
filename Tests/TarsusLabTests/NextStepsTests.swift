import Testing

@testable import tarsus_lab

@Suite struct NextStepsTests {
  @Test func text_leggedBody_namesTheRunInEachCommand() throws {
    let task = try RunConfiguration(task: "spider").trainingTask()
    let text = NextSteps(folder: "runs/first", task: task).text
    #expect(text.contains("tarsus-lab replay runs/first --html runs/first/walk.html"))
    #expect(text.contains("tarsus-lab evaluate runs/first --episodes 100"))
    #expect(text.contains("tarsus-lab freeze runs/first --out runs/first/spider.tarsus"))
  }

  @Test func text_taskWithoutARobot_freezesNothing() throws {
    let task = try RunConfiguration(task: "CartPole-v1").trainingTask()
    #expect(!NextSteps(folder: "runs/pole", task: task).text.contains("freeze"))
  }

  @Test func text_pathThatAShellWouldSplit_isQuoted() throws {
    let task = try RunConfiguration(task: "CartPole-v1").trainingTask()
    let text = NextSteps(folder: "Lauf 1's", task: task).text
    #expect(text.contains("tarsus-lab evaluate 'Lauf 1'\\''s' --episodes 100"))
  }
}
