import Glibc
import SerialLink
import Testing

@Suite struct PortPermissionTests {
  @Test func cure_deviceOfAGroup_isToJoinThatGroup() {
    let permission = PortPermission(devicePath: "/dev/ttyS1", owner: "root", group: "uucp")
    #expect(
      permission.cure
        == "join group uucp, 'sudo usermod --append --groups uucp $USER', and log in again")
  }

  /// Nobody is to join root's group for the sake of a port.
  @Test func cure_deviceOfRootAlone_isAUdevRule() {
    let permission = PortPermission(devicePath: "/dev/ttyAMA10", owner: "root", group: nil)
    #expect(
      permission.rule
        == #"SUBSYSTEM=="tty", KERNEL=="ttyAMA[0-9]*", GROUP="dialout", MODE="0660""#)
    #expect(permission.cure.contains(permission.rule))
    #expect(permission.cure.hasSuffix("--groups dialout $USER', and log in again"))
  }

  @Test func cure_pseudoTerminalOfAnother_isToBeTheSameUser() {
    let permission = PortPermission(devicePath: "/dev/pts/3", owner: "ada", group: "tty")
    #expect(
      permission.cure == "start the loopback and this program as the same user; now it is ada's")
  }

  /// A group helps only where it may both read and write.
  @Test(arguments: [0o600, 0o640, 0o606] as [mode_t])
  func init_fileThatItsGroupMayNotUse_hasNoGroup(mode: mode_t) {
    let path = "/tmp/tarsus-\(getpid())-permission-\(mode)"
    close(unsafe creat(path, mode))
    defer { unsafe unlink(path) }
    unsafe chmod(path, mode)
    let permission = PortPermission(devicePath: "/dev/ttyUSB0", file: path)
    #expect(permission.group == nil)
    #expect(permission.owner != nil)
  }

  @Test func init_fileThatItsGroupMayUse_hasItUnlessItIsRoots() {
    let path = "/tmp/tarsus-\(getpid())-permission-root"
    close(unsafe creat(path, 0o660))
    defer { unsafe unlink(path) }
    unsafe chmod(path, 0o660)
    let permission = PortPermission(devicePath: "/dev/ttyUSB0", file: path)
    #expect((permission.group == nil) == (getgid() == 0))
  }

  @Test func init_noSuchDevice_takesTheUsualGroup() {
    let permission = PortPermission(devicePath: "/dev/no-such-device")
    #expect(permission.group == "dialout")
  }
}
