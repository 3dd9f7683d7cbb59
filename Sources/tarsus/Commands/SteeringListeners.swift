internal import Foundation
internal import Realtime
internal import RobotDescription

/// Listens to the keys of a terminal, and repeats their command, since silence means a lost
/// listener.
struct KeyboardListener: CommandListener {
  private let descriptor: Int32
  private let range: CommandRange
  private let mailbox: CommandMailbox
  private let clock: MonotonicClock
  private var keys: KeyboardCommand
  private var arming: UInt32

  /// The most keys of one read.
  private static let keysMax = 64
  private static let pauseNanoseconds: UInt64 = 20_000_000

  init(
    descriptor: Int32, range: CommandRange, mailbox: CommandMailbox,
    clock: MonotonicClock = .machine
  ) {
    self.descriptor = descriptor
    self.range = range
    self.mailbox = mailbox
    self.clock = clock
    keys = KeyboardCommand(range: range)
    arming = mailbox.arming
  }

  mutating func round() -> Bool {
    if mailbox.takePause() {
      BackgroundThread.rest(nanoseconds: Self.pauseNanoseconds)
      return true
    }
    if arming != mailbox.arming {
      arming = mailbox.arming
      keys = KeyboardCommand(range: range)
    }
    // The key that arms belongs to another reader, once it has asked for the terminal.
    if Input.isReady(descriptor), !mailbox.takePause() {
      switch Input.read(descriptor, byteCountMax: Self.keysMax) {
      case .ended: return false
      case .nothing: break
      case .bytes(let bytes): for key in bytes { keys.press(key, at: clock.nowNanoseconds) }
      }
    }
    let now = clock.nowNanoseconds
    mailbox.hold = keys.isHeld(at: now) ? .held : .released
    if keys.wantsToSit { mailbox.postSitDown(arming: arming) }
    mailbox.post(keys.command(at: now), arming: arming)
    return true
  }
}

/// Listens to a joystick device, and repeats its command, since silence means a lost device.
struct GamepadListener: CommandListener {
  private let descriptor: Int32
  private let mailbox: CommandMailbox
  private let clock: MonotonicClock
  private var pad: GamepadCommand
  private var arming: UInt32

  /// The most events of one read.
  private static let eventsMax = 64

  init(
    descriptor: Int32, range: CommandRange, map: GamepadMap, mailbox: CommandMailbox,
    clock: MonotonicClock = .machine
  ) {
    self.descriptor = descriptor
    self.mailbox = mailbox
    self.clock = clock
    pad = GamepadCommand(range: range, map: map)
    arming = mailbox.arming
  }

  mutating func round() -> Bool {
    if arming != mailbox.arming {
      arming = mailbox.arming
      pad.release()
    }
    if Input.isReady(descriptor) {
      let size = GamepadCommand.eventByteCount
      switch Input.read(descriptor, byteCountMax: size * Self.eventsMax) {
      case .ended: return false
      case .nothing: break
      case .bytes(let bytes):
        for start in stride(from: 0, to: bytes.count - size + 1, by: size) {
          pad.take(event: bytes[start..<start + size], at: clock.nowNanoseconds)
        }
      }
    }
    let now = clock.nowNanoseconds
    mailbox.hold = pad.isHeld(at: now) ? .held : .released
    if pad.wantsToSit { mailbox.postSitDown(arming: arming) }
    mailbox.post(pad.command(at: now), arming: arming)
    return true
  }
}

/// A Linux joystick device.
enum Joystick {
  // JSIOCGVERSION, JSIOCGAXES and JSIOCGBUTTONS of linux/joystick.h, which are macros there.
  private static let versionRequest: UInt = 0x8004_6A01
  private static let axesRequest: UInt = 0x8001_6A11
  private static let buttonsRequest: UInt = 0x8001_6A12

  private static let cure = "'ls /dev/input/js*' lists them"

  /// Opens the device of a map.
  ///
  /// - Throws: ``CommandError`` when it is not a joystick, or lacks an axis or button of the map.
  static func open(_ map: GamepadMap) throws(CommandError) -> Int32 {
    let path = map.device
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw CommandError(
        "gamepad: \(path): \(systemText(errno)); plug it in, or load the kernel's 'joydev'; \(cure)"
      )
    }
    // Opening another kind of file may wait for ever, or reset a device on a serial line.
    guard status.st_mode & S_IFMT == S_IFCHR else { throw noJoystick(path) }
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      throw CommandError(
        "gamepad: \(path): cannot be opened: \(systemText(errno)); be in the group of the device")
    }
    do throws(CommandError) {
      try check(descriptor, map)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func check(_ descriptor: Int32, _ map: GamepadMap) throws(CommandError) {
    var version: UInt32 = 0
    var (axes, buttons): (UInt8, UInt8) = (0, 0)
    guard unsafe ioctl(descriptor, versionRequest, &version) == 0,
      unsafe ioctl(descriptor, axesRequest, &axes) == 0,
      unsafe ioctl(descriptor, buttonsRequest, &buttons) == 0
    else { throw noJoystick(map.device) }
    try check(map, axes: axes, buttons: buttons)
  }

  /// Refuses a map with axes or buttons that the joystick does not have.
  static func check(_ map: GamepadMap, axes: UInt8, buttons: UInt8) throws(CommandError) {
    for (name, axis) in [("forward", map.forward), ("left", map.left), ("turn", map.turn)]
    where axis.number >= axes {
      throw CommandError(
        "gamepad: \(map.device) has \(axes) axes, counted from 0, expected axis \(axis.number) for "
          + "\(name); choose another, such as gamepad:\(map.device),\(name)=0; 'jstest' shows them")
    }
    for (name, button) in [("hold", map.holdButton), ("sit", map.sitButton)]
    where button >= buttons {
      throw CommandError(
        "gamepad: \(map.device) has \(buttons) buttons, counted from 0, expected button \(button) "
          + "for \(name); choose another, such as gamepad:\(map.device),\(name)=0; 'jstest' shows "
          + "them")
    }
  }

  private static func noJoystick(_ path: String) -> CommandError {
    CommandError("gamepad: found '\(path)', which is not a joystick, expected one; \(cure)")
  }
}
