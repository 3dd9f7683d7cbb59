internal import Glibc

/// Files that are written whole or not at all.
///
/// The bytes go into a new file in the same folder, to the disk, and only then under the wanted name.
/// When that fails, as on a full disk, the new file is removed and what was there stays. A symbolic link
/// stays one: the file that it leads to is written. A device or a pipe is written as it stands.
public enum OutputFile {
  /// Writes a file.
  ///
  /// - Parameter isReplacing: Whether a file with contents may be replaced; it keeps its permissions.
  /// - Throws: ``FileError``; `occupied` when there is one that may not.
  public static func write(
    _ bytes: [UInt8], to path: String, isReplacing: Bool
  ) throws(FileError) {
    if !isReplacing { try checkFree(path) }
    let target = try linkEnd(path)
    let old = status(target)
    if let old, old.st_mode & S_IFMT != S_IFREG, old.st_mode & S_IFMT != S_IFDIR {
      let descriptor = unsafe open(target, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: path, reason: .system(errno)) }
      return try check(fill(descriptor, bytes, isOnDisk: false), path)
    }
    let (part, descriptor) = try makePart(besides: target, of: path)
    if let old {
      // To give a file to another user takes root; to keep one's own does not.
      _ = fchown(descriptor, old.st_uid, old.st_gid)
      fchmod(descriptor, old.st_mode & 0o7777)
    }
    var error = fill(descriptor, bytes, isOnDisk: true)
    if error == 0, unsafe rename(part, target) != 0 { error = errno }
    if error != 0 { unsafe unlink(part) }
    try check(error, path)
    flushFolder(of: target)
  }

  /// Opens a file to be written bit by bit, emptied.
  ///
  /// - Parameter isReplacing: Whether a file with contents may be emptied.
  /// - Returns: An open descriptor.
  /// - Throws: ``FileError``; `occupied` when there is one that may not.
  public static func begin(_ path: String, isReplacing: Bool) throws(FileError) -> Int32 {
    if !isReplacing { try checkFree(path) }
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .system(errno)) }
    return descriptor
  }

  /// Refuses a path at which something would be lost: asked before long work, too.
  ///
  /// An empty file, a device and a pipe lose nothing.
  ///
  /// - Throws: ``FileError``; `occupied` for a file with contents.
  public static func checkFree(_ path: String) throws(FileError) {
    guard let found = status(path) else { return }
    if found.st_mode & S_IFMT == S_IFDIR { throw FileError(path: path, reason: .system(EISDIR)) }
    if found.st_mode & S_IFMT == S_IFREG, found.st_size > 0 {
      throw FileError(path: path, reason: .occupied)
    }
  }

  /// Whether a file of this name is what a process left that was killed while it wrote.
  public static func isLeftOver(_ name: String) -> Bool {
    name.hasPrefix(partPrefix) && name.hasSuffix(partSuffix)
  }

  private static let partPrefix = ".tarsus-"
  private static let partSuffix = ".part"
  private static let attemptsMax = 100
  private static let linksMax = 40

  private static func status(_ path: String) -> stat? {
    var found = stat()
    return unsafe stat(path, &found) == 0 ? found : nil
  }

  private static func check(_ error: Int32, _ path: String) throws(FileError) {
    if error != 0 { throw FileError(path: path, reason: .system(error)) }
  }

  /// Where a path leads, over all symbolic links; the last may lead to what is not there yet.
  private static func linkEnd(_ path: String) throws(FileError) -> String {
    var end = path
    for _ in 0..<linksMax {
      guard let next = linkTarget(end) else { return end }
      end = next.hasPrefix("/") ? next : folder(of: end) + next
    }
    throw FileError(path: path, reason: .system(ELOOP))
  }

  private static func linkTarget(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &bytes, bytes.count)
    if count < 0 { return nil }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The folder of a path with its slash; empty for the working folder.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Makes a file of a name that nobody has.
  private static func makePart(
    besides target: String, of path: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    for attempt in 0..<attemptsMax {
      let part = folder(of: target) + "\(partPrefix)\(getpid())-\(attempt)\(partSuffix)"
      let descriptor = unsafe open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (part, descriptor) }
      guard errno == EEXIST else { break }
    }
    throw FileError(path: path, reason: .system(errno))
  }

  /// Writes bytes into an open file and closes it.
  ///
  /// - Returns: 0, or the number of the first error.
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], isOnDisk: Bool) -> Int32 {
    var error: Int32 = 0
    var written = 0
    while error == 0, written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { rest in
        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count > 0 {
        written += count
      } else if count == 0 {
        error = EIO
      } else if errno != EINTR {
        error = errno
      }
    }
    if error == 0, isOnDisk, fsync(descriptor) != 0 { error = errno }
    if close(descriptor) != 0, error == 0 { error = errno }
    return error
  }

  /// Waits until the new name is on the disk, where the file system can say.
  private static func flushFolder(of path: String) {
    let folder = folder(of: path)
    let descriptor = unsafe open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
