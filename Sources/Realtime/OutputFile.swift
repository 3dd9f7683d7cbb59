internal import Glibc

/// Writes files whole or not at all.
///
/// The bytes go into a new file in the same folder, to the disk, and only then under the wanted
/// name. When that fails, as on a full disk, the new file is removed and the old one stays. A
/// symbolic link stays a link: the file that it leads to is written. A device or a pipe is written
/// directly.
public enum OutputFile {
  /// Writes a file where there is none with contents.
  ///
  /// - Throws: ``FileError``; `occupied` when a file with contents is there.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try checkFree(path)
    try replace(path, with: bytes)
  }

  /// Writes a file, or replaces one, which keeps its permissions.
  public static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    let target = try linkEnd(path)
    let old = status(target)
    if let old, old.st_mode & S_IFMT != S_IFREG, old.st_mode & S_IFMT != S_IFDIR {
      let descriptor = unsafe open(target, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: path, reason: .system(errno)) }
      let error = Descriptor.write(bytes, to: descriptor).errorNumber
      return try check(closed(descriptor, after: error), path)
    }
    let (part, descriptor) = try makePart(besides: target, of: path)
    if let old {
      // Only root may give a file to another user; the owner of one's own file is kept.
      _ = fchown(descriptor, old.st_uid, old.st_gid)
      fchmod(descriptor, old.st_mode & 0o7777)
    }
    var error = Descriptor.write(bytes, to: descriptor).errorNumber
    if error == 0, fsync(descriptor) != 0 { error = errno }
    error = closed(descriptor, after: error)
    if error == 0, unsafe rename(part, target) != 0 { error = errno }
    if error != 0 { unsafe unlink(part) }
    try check(error, path)
    flushFolder(of: target)
  }

  /// Opens a file for writing piece by piece, and empties it; ``checkFree(_:)`` comes first.
  ///
  /// - Returns: An open descriptor.
  public static func begin(_ path: String) throws(FileError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .system(errno)) }
    return descriptor
  }

  /// Refuses a path at which a file would be lost; also before long work that ends in a file.
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

  /// True for the name of a file that a process left when it was killed while writing.
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

  /// Closes a descriptor.
  ///
  /// - Returns: The first error, which may be that of closing; 0 for none.
  private static func closed(_ descriptor: Int32, after error: Int32) -> Int32 {
    close(descriptor) != 0 && error == 0 ? errno : error
  }

  /// Follows all symbolic links of a path; the last may lead to a file that does not exist yet.
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

  /// Makes a file with a new name in the same folder.
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

  /// Waits until the new name is on the disk, where the file system supports that.
  private static func flushFolder(of path: String) {
    let folder = folder(of: path)
    let descriptor = unsafe open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
