import RobotControl
import RobotDescription
import SerialLink
import ServoDrivers

// The control loop as a whole over each line: no goal is outside limits or slew, whatever is
// answered, and it comes to rest.

func fuzzBoardLoop() {
  begin(BoardPeer())
  run(BoardBus(port: servoPort, robot: FuzzRobot.robot))
}

func fuzzDynamixelLoop() {
  begin(DynamixelPeer())
  run(DynamixelBus(port: servoPort, imu: imuStream, robot: FuzzRobot.robot))
}

func fuzzFeetechLoop() {
  begin(FeetechPeer())
  run(FeetechBus(port: servoPort, imu: imuStream, robot: FuzzRobot.robot))
}

/// Ticks of an input at most, and ticks within which a loop comes to rest after them.
private let ticksMax = 16
private let restTicksMax = 600

/// Arms, walks as the input says and sits down.
func run<Bus: TickingBus & ~Copyable>(_ bus: consuming Bus) {
  // The way to rest is long: not every input goes it.
  let mustRest = fields.byte() & 7 == 7
  guard
    let controller = try? Controller(
      robot: FuzzRobot.robot, policy: FuzzRobot.policy, configuration: FuzzRobot.configuration,
      clock: .machine)
  else { fatalError("the policy is that of the robot") }
  var runner = LoopRunner(
    loop: ControlLoop(
      bus: bus, controller: controller, robot: FuzzRobot.robot,
      configuration: FuzzRobot.configuration),
    periodNanoseconds: 20_000_000, pace: .clock(.machine))
  let pose = JointValues(repeating: 0)
  Watch.allowed = .arming(pose)
  Watch.mustBeAtPose = false
  guard (try? runner.arm(deadlineNanoseconds: Line.nowNanoseconds + 500_000_000)) != nil else {
    return
  }
  Watch.follow(from: runner.loop.controller.targets)
  var command = VelocityCommand()
  // What is asked of a runner moves it: not in the conditions of a loop.
  for _ in 0..<ticksMax {
    if fields.isOver || runner.isOver { break }
    let order = fields.byte()
    if order & 0x0F == 1 {
      command = VelocityCommand(
        forward: fields.float(), left: fields.float(), yawRate: fields.float())
    }
    let mustSit = order & 0x7F == 0x7F
    tick(&runner, LoopOrders(command: command, isNew: order & 0x20 == 0, mustSit: mustSit))
  }
  guard mustRest else { return }
  for _ in 0..<restTicksMax {
    if runner.isOver { break }
    tick(&runner, LoopOrders(command: command, mustSit: true))
  }
  if !runner.isOver { fatalError("it does not come to rest: \(runner.loop.controller.state)") }
}

private func tick<Bus: TickingBus & ~Copyable>(
  _ runner: inout LoopRunner<Bus>, _ orders: LoopOrders
) {
  runner.wait()
  runner.tick(orders)
  let targets = runner.loop.controller.targets
  for joint in 0..<FuzzRobot.jointCount where !targets[joint].isFinite {
    fatalError("joint \(joint) has no target")
  }
  if runner.loop.isTorqueOff { Watch.allowed = .nothing }
}
