import Physics
import Testing

@Suite struct BodyModelTests {
  /// A torso with the given joints, each on a part of its own, and the given servos.
  private static func model(root: String = "<freejoint/>", parts: [String], servos: [String])
    -> String
  {
    let bodies = parts.map { "<body>\($0)<geom size='0.1'/></body>" }.joined()
    return """
      <mujoco>
        <worldbody><body>\(root)<geom size="0.1"/>\(bodies)</body></worldbody>
        <actuator>\(servos.joined())</actuator>
      </mujoco>
      """
  }

  private static func hinge(_ name: String) -> String { "<joint name='\(name)' axis='0 0 1'/>" }
  private static func servo(_ joint: String) -> String { "<position joint='\(joint)' kp='1'/>" }

  @Test func init_noSuchFile_throwsModelUnreadable() {
    let error = #expect(throws: PhysicsError.self) { _ = try BodyModel(path: "/no/such.xml") }
    guard case .modelUnreadable("/no/such.xml", let reason)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func init_textThatIsNoModel_throwsModelUnreadable() throws {
    let refusal = try #require(try SpiderModel.refusal(of: "<mujoco><worldbody>"))
    guard case .modelUnreadable(refusal.path, _) = refusal.error else {
      Issue.record("found \(refusal.error)")
      return
    }
  }

  @Test(arguments: [
    (model(root: "", parts: [hinge("a")], servos: [servo("a")]), "a free joint as its first joint"),
    (model(parts: [hinge("a"), hinge("b")], servos: [servo("a")]), "one servo for each hinge"),
    (
      model(parts: ["<joint name='a' type='ball'/>"], servos: [servo("a")]),
      "one servo for each hinge"
    ),
    (
      model(parts: [hinge("a"), hinge("b")], servos: [servo("b"), servo("a")]),
      "servos in the order of its hinges"
    ),
  ])
  func init_notALeggedBody_throwsWhatIsMissing(text: String, missing: String) throws {
    let refusal = try #require(try SpiderModel.refusal(of: text))
    #expect(refusal.error == .modelUnsuitable(path: refusal.path, missing: missing))
  }

  @Test func init_smallestLeggedBody_isTaken() throws {
    let text = Self.model(parts: [Self.hinge("a")], servos: [Self.servo("a")])
    #expect(try SpiderModel.refusal(of: text) == nil)
  }

  @Test func jointNames_spider_areInTheOrderOfTheServos() throws {
    let model = try BodyModel(path: SpiderModel.path)
    let legs = ["front_left", "rear_left", "rear_right", "front_right"]
    let expected = legs.flatMap { leg in ["coxa", "femur", "tibia"].map { "\(leg)_\($0)" } }
    #expect(model.jointNames == expected)
    #expect(model.jointCount == 12)
  }

  @Test func massAndTimestep_spider_areThoseOfTheFile() throws {
    let model = try BodyModel(path: SpiderModel.path)
    #expect(abs(model.massKilograms - (0.55 + 4 * (0.045 + 0.04 + 0.022 + 0.001 + 0.003))) < 1e-12)
    #expect(model.timestepSeconds == 0.005)
  }

  @Test func jointAngles_standing_areThoseOfTheKeyframe() throws {
    let model = try BodyModel(path: SpiderModel.path)
    let standing = model.keyframe("standing")
    #expect(
      try model.jointAngles(keyframe: #require(standing))
        == (0..<4).flatMap { _ in [0, -0.5, 0.5] })
  }

  @Test func keyframe_unknownName_isNil() throws {
    let model = try BodyModel(path: SpiderModel.path)
    let keyframe = model.keyframe("dancing")
    #expect(keyframe == nil)
  }
}
