internal import Glibc

/// Permissions of a serial device, for a message to a user who may not open it.
public struct PortPermission: Equatable, Sendable {
  /// The device itself, such as `/dev/ttyUSB0`, free of symbolic links.
  public let devicePath: String
  /// The user who owns it; `nil` where that is not known.
  public let owner: String?
  /// The group that may read and write it; `nil` for none, or none but root's.
  public let group: String?

  /// Makes the permissions of a device.
  public init(devicePath: String, owner: String?, group: String?) {
    self.devicePath = devicePath
    self.owner = owner
    self.group = group
  }

  /// Reads the permissions of a device.
  ///
  /// - Parameter file: Path of the device file, when it differs.
  public init(devicePath: String, file: String? = nil) {
    var status = stat()
    guard unsafe stat(file ?? devicePath, &status) == 0 else {
      // Debian's group of serial devices.
      self.init(devicePath: devicePath, owner: nil, group: Self.usualGroup)
      return
    }
    let mode = status.st_mode
    let groupMayUse = mode & S_IRGRP != 0 && mode & S_IWGRP != 0 && status.st_gid != 0
    self.init(
      devicePath: devicePath, owner: Self.userName(status.st_uid),
      group: groupMayUse ? Self.groupName(status.st_gid) : nil)
  }

  /// Advice to the user for opening the device.
  public var cure: String {
    if devicePath.hasPrefix("/dev/pts/") {
      return "start the loopback and this program as the same user"
        + (owner.map { "; now it is \($0)'s" } ?? "")
    }
    let joining = "join group %, 'sudo usermod --append --groups % $USER', and log in again"
    if let group { return joining.replacing("%", with: group) }
    return
      "no group but root may use it: put '\(rule)' into /etc/udev/rules.d/60-tarsus.rules, run "
      + "'sudo udevadm control --reload' and 'sudo udevadm trigger', then "
      + joining.replacing("%", with: Self.usualGroup)
  }

  /// The udev rule that gives devices of this kind to the usual group, whatever their number.
  public var rule: String {
    let name = devicePath.split(separator: "/").last ?? ""
    let kind = name.reversed().drop { $0.isNumber }.reversed()
    return #"SUBSYSTEM=="tty", KERNEL=="\#(String(kind))[0-9]*", GROUP="\#(Self.usualGroup)", "#
      + #"MODE="0660""#
  }

  private static let usualGroup = "dialout"

  /// Names in the system's tables are short.
  private static let nameByteCountMax = 16_384

  private static func userName(_ user: uid_t) -> String? {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var room = [CChar](repeating: 0, count: nameByteCountMax)
    guard unsafe getpwuid_r(user, &entry, &room, room.count, &found) == 0,
      let name = unsafe found?.pointee.pw_name
    else { return nil }
    return unsafe String(cString: name)
  }

  private static func groupName(_ group: gid_t) -> String? {
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var room = [CChar](repeating: 0, count: nameByteCountMax)
    guard unsafe getgrgid_r(group, &entry, &room, room.count, &found) == 0,
      let name = unsafe found?.pointee.gr_name
    else { return nil }
    return unsafe String(cString: name)
  }
}
