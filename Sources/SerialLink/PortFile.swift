internal import CTerminal
internal import Glibc

/// An open and locked terminal file; it closes, and so unlocks, when the value is destroyed.
///
/// It locks the file before it configures anything, so that a port which another program uses stays
/// as it is.
struct PortFile: ~Copyable {
  let descriptor: Int32
  /// The device itself, free of symbolic links.
  let devicePath: String

  init(path: String) throws(SerialOpenError) {
    let devicePath = try Self.resolve(path)
    descriptor = try Self.openLocked(devicePath, path: path)
    self.devicePath = devicePath
  }

  deinit {
    close(descriptor)
  }

  var isPseudoTerminal: Bool { devicePath.hasPrefix("/dev/pts/") }

  private static func resolve(_ path: String) throws(SerialOpenError) -> String {
    guard let resolved = unsafe realpath(path, nil) else {
      throw openError(errno, path: path, devicePath: path)
    }
    defer { unsafe free(resolved) }
    let devicePath = unsafe String(cString: resolved)
    // Opening a directory, or a file that may only be read, would fail for a misleading reason.
    var status = stat()
    guard unsafe stat(devicePath, &status) == 0, status.st_mode & S_IFMT == S_IFCHR else {
      throw .notSerialPort(path: path)
    }
    return devicePath
  }

  private static func openLocked(
    _ devicePath: String, path: String
  ) throws(SerialOpenError) -> Int32 {
    let descriptor = unsafe open(devicePath, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw openError(errno, path: path, devicePath: devicePath) }
    guard isatty(descriptor) == 1 else {
      close(descriptor)
      throw .notSerialPort(path: path)
    }
    let lock = terminalLock(descriptor)
    guard lock == 0 else {
      close(descriptor)
      throw lockError(-lock, path: path, devicePath: devicePath)
    }
    return descriptor
  }

  private static func openError(
    _ errorNumber: Int32, path: String, devicePath: String
  ) -> SerialOpenError {
    switch errorNumber {
    case ENOENT, ENOTDIR, ENXIO, ENODEV:
      .notFound(path: path)
    case EACCES, EPERM:
      .permissionDenied(path: path, PortPermission(devicePath: devicePath))
    case EBUSY:
      .busy(path: path, holderProcess: PortHolder.processOpening(devicePath))
    default:
      .failed(path: path, errorNumber: errorNumber)
    }
  }

  private static func lockError(
    _ errorNumber: Int32, path: String, devicePath: String
  ) -> SerialOpenError {
    errorNumber == EWOULDBLOCK
      ? .busy(path: path, holderProcess: PortHolder.processLocking(devicePath))
      : .failed(path: path, errorNumber: errorNumber)
  }
}
