import Physics
import RobotDescription
import Testing

@testable import Locomotion

@Suite struct LocomotionTaskTests {
  private static func refusal(of task: LocomotionTask) -> TaskError? {
    do throws(TaskError) {
      _ = try task.loadModel()
      return nil
    } catch {
      return error
    }
  }

  @Test func loadModel_spider_isTakenWithFourStepsPerTick() throws {
    let task = try Spider.task()
    let model = try task.loadModel()
    let steps = task.stepsPerTick(of: model)
    #expect(steps == 4)
  }

  @Test func loadModel_jointsInAnotherOrder_throwsBothLists() throws {
    let robot = try Spider.robot()
    var reversed = Robot(
      body: robot.body, controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for joint in (0..<12).reversed() { _ = reversed.append(robot[joint: joint]) }
    let names = (0..<12).map { robot[joint: $0].name.description }
    let error = Self.refusal(of: try Spider.task(robot: reversed))
    #expect(
      error == .jointsDiffer(path: Spider.bodyPath, model: names, robot: names.reversed()))
  }

  @Test func loadModel_jointMissing_throwsJointsDiffer() throws {
    let robot = try Spider.robot()
    var shorter = Robot(
      body: robot.body, controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 3_800)
    for joint in 0..<11 { _ = shorter.append(robot[joint: joint]) }
    guard case .jointsDiffer? = Self.refusal(of: try Spider.task(robot: shorter)) else {
      Issue.record("the task was taken")
      return
    }
  }

  @Test(arguments: [2_500, 22_500, 20_001] as [UInt32])
  func loadModel_periodOfNoWholeSteps_throwsBothTimes(period: UInt32) throws {
    var robot = try Spider.robot()
    robot.controlPeriodMicroseconds = period
    #expect(
      Self.refusal(of: try Spider.task(robot: robot))
        == .periodNotWhole(
          path: Spider.bodyPath, timestepSeconds: 0.005, periodSeconds: Double(period) * 1e-6))
  }

  @Test func loadModel_noSuchFile_throwsThePhysicsError() throws {
    let error = Self.refusal(of: try Spider.task(modelPath: "/no/such.xml"))
    guard case .physics(.modelUnreadable("/no/such.xml", _))? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func loadModel_noStandingKeyframe_throwsWhatIsMissing() throws {
    let text = """
      <mujoco>
        <option timestep="0.005"/>
        <worldbody>
          <body>
            <freejoint/><geom size="0.1"/>
            <body><joint name="knee"/><geom size="0.1"/></body>
          </body>
        </worldbody>
        <actuator><position joint="knee"/></actuator>
      </mujoco>
      """
    var robot = Robot(
      body: Label("hopper"), controlPeriodMicroseconds: 20_000, supplyMinMillivolts: 0)
    var joint = try Spider.robot()[joint: 0]
    joint.name = Label("knee")
    _ = robot.append(joint)
    try Spider.withModel(text) { path in
      let error = Self.refusal(of: try Spider.task(robot: robot, modelPath: path))
      #expect(
        error
          == .physics(.modelUnsuitable(path: path, missing: "a keyframe named 'standing'")))
    }
  }

  @Test func environments_taskThatCannotRun_throwTheSameError() throws {
    var robot = try Spider.robot()
    robot.controlPeriodMicroseconds = 2_500
    let task = try Spider.task(robot: robot)
    let expected = try #require(Self.refusal(of: task))
    #expect(throws: expected) { _ = try Spider.environments(task) }
  }
}
