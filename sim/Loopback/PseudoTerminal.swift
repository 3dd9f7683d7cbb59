internal import CTerminal
internal import Glibc

/// The device end of a pseudo terminal, with a symbolic link to the host's end.
///
/// It holds the host's end open too, so hosts may come and go; when this process ends, however it
/// ends, the host sees a hang-up. Destroying the value closes both and removes the link.
public struct PseudoTerminal: ~Copyable {
  /// The host's end, such as `/dev/pts/3`.
  public let path: String
  /// The symbolic link to ``path``, where one was asked for.
  public let link: String?
  private let master: Int32
  private let slave: Int32

  /// Makes a raw pseudo terminal and its link, and replaces a link that a dead loopback has left.
  ///
  /// - Throws: ``PseudoTerminalError``; `linkOccupied`, `linkElsewhere` or `linkInUse` when the
  ///   link's name belongs to something else, which stays.
  public init(link: String?) throws(PseudoTerminalError) {
    let pair = terminalOpenPair()
    guard pair.error == 0 else { throw .creationFailed(errorNumber: -pair.error) }
    // By this mark other loopbacks see that the link's owner lives.
    _ = terminalMarkHeld(pair.slave)
    let path = "\(Self.folder)\(pair.number)"
    do throws(PseudoTerminalError) {
      if let link { try Self.makeLink(link, to: path) }
    } catch {
      close(pair.master)
      close(pair.slave)
      throw error
    }
    self.path = path
    self.link = link
    master = pair.master
    slave = pair.slave
  }

  deinit {
    // Another loopback may have taken the link over since.
    if let link, Self.target(of: link) == path { unsafe unlink(link) }
    close(master)
    close(slave)
  }

  /// Baud rate that the host has set; 0 when it is not known.
  public var baudRate: UInt32 { terminalSpeed(master) }

  /// Reads the host's bytes, waiting for the first until the deadline.
  ///
  /// - Parameters:
  ///   - bytes: Not empty; filled from the front.
  ///   - deadlineNanoseconds: Absolute, on the monotonic clock; in the past it takes only bytes at
  ///     hand.
  /// - Returns: The number of bytes read; 0 at the deadline or when a signal was handled.
  @_noAllocation
  public borrowing func read(
    into bytes: inout MutableSpan<UInt8>, deadlineNanoseconds: UInt64
  ) throws(PseudoTerminalError) -> Int {
    precondition(!bytes.isEmpty, "PseudoTerminal.read needs room for at least one byte")
    let master = master
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe terminalRead(master, buffer.baseAddress, buffer.count, deadlineNanoseconds)
    }
    if result >= 0 { return Int(result) }
    if result == -Int64(EINTR) { return 0 }
    throw .transferFailed(errorNumber: Int32(-result))
  }

  /// Sends bytes to the host until all are sent, the deadline passes or a signal is handled.
  ///
  /// - Parameter deadlineNanoseconds: Absolute, on the monotonic clock.
  /// - Returns: The number of bytes sent; fewer than given when no host reads and the line is full.
  @_noAllocation
  public borrowing func write(
    _ bytes: borrowing Span<UInt8>, deadlineNanoseconds: UInt64
  ) throws(PseudoTerminalError) -> Int {
    let master = master
    var written = 0
    while written < bytes.count {
      let result = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
        return unsafe terminalWrite(master, rest.baseAddress, rest.count, deadlineNanoseconds)
      }
      if result == 0 || result == -Int64(EINTR) { break }
      if result < 0 { throw .transferFailed(errorNumber: Int32(-result)) }
      written += Int(result)
    }
    return written
  }

  private static func makeLink(
    _ link: String, to target: String
  ) throws(PseudoTerminalError) {
    if unsafe symlink(target, link) == 0 { return }
    guard errno == EEXIST else { throw .linkFailed(path: link, errorNumber: errno) }
    // This terminal has got the number of a dead loopback's.
    if self.target(of: link) == target { return }
    try refuseUnlessLeftOver(link)
    // Renaming a new link over the old one leaves no moment without a link.
    let fresh = try makeFreshLink(besides: link, to: target)
    guard unsafe rename(fresh, link) == 0 else {
      let errorNumber = errno
      unsafe unlink(fresh)
      throw .linkFailed(path: link, errorNumber: errorNumber)
    }
  }

  /// Refuses to replace a link that leads to something else than a dead loopback's terminal, whose
  /// number another terminal may have got.
  private static func refuseUnlessLeftOver(_ link: String) throws(PseudoTerminalError) {
    guard let old = target(of: link) else { throw .linkOccupied(path: link) }
    var found = stat()
    if unsafe stat(link, &found) != 0, errno == ENOENT { return }
    guard old.hasPrefix(folder) else { throw .linkElsewhere(path: link, target: old) }
    if unsafe terminalIsHeld(old) != 0 { throw .linkInUse(path: link, terminal: old) }
  }

  /// Makes a link with an unused name.
  private static func makeFreshLink(
    besides link: String, to target: String
  ) throws(PseudoTerminalError) -> String {
    for attempt in 0..<attemptsMax {
      let fresh = "\(link).\(getpid())-\(attempt)"
      if unsafe symlink(target, fresh) == 0 { return fresh }
      if errno != EEXIST { break }
    }
    throw .linkFailed(path: link, errorNumber: errno)
  }

  private static let folder = "/dev/pts/"
  private static let attemptsMax = 100

  /// Target of a symbolic link; `nil` when there is none with this name.
  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(link, &bytes, bytes.count)
    if count < 0 { return nil }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
