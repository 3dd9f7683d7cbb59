import RobotDescription
import WireProtocol

@testable import Loopback

/// All servos at once, without a line between.
extension SimulatedRobot {
  /// Sends each servo to a position in ticks; it moves when torque is on and time passes.
  mutating func setGoals(_ ticks: BoardProtocol.JointValues) {
    for joint in 0..<robot.jointCount {
      var drive = drives[joint]
      drive.goalTicks = ticks[joint]
      self.drive(joint, drive)
    }
  }

  /// Switches the torque of all servos.
  mutating func setTorque(_ isOn: Bool) {
    for joint in 0..<robot.jointCount {
      var drive = drives[joint]
      drive.isOn = isOn
      self.drive(joint, drive)
    }
  }
}
