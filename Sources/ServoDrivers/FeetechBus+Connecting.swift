/// Finding the servos and making them ready; nothing here is for a tick.
extension FeetechBus {
  /// What the user should know of the line.
  public var notes: [LineNote] { link.echoes ? [.echoes] : [] }

  /// Looks for every servo and makes it ready, torque off.
  ///
  /// What it has to be set to stands in ``FeetechLink/settings``.
  ///
  /// - Parameter setsUp: Without it no setting is changed, only looked at.
  public mutating func connect(
    setsUp: Bool, fixes: inout [ServoFix]
  ) throws(ServoConnectError) {
    try link.makeReady(robot, setsUp: setsUp, fixes: &fixes)
  }
}
