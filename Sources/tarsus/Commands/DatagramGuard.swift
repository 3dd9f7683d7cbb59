internal import Crypto
internal import Foundation

/// Checks the signatures of datagrams, and passes only valid ones.
///
/// A signed datagram is one line of text, in parts with one space between them:
///
///     tarsus1 SIGNATURE COUNTER TIME {"forward": 0.1}
///
/// - `SIGNATURE`: HMAC-SHA-256 of all bytes after its space, 64 hexadecimal digits in lower case;
///   the key is the bytes of the token.
/// - `COUNTER`: a decimal below 2⁶⁴ that grows from datagram to datagram. All senders of a token
///   share it, so that they count in nanoseconds since 1970.
/// - `TIME`: the time of sending, in milliseconds since 1970.
///
/// A run refuses a counter that is not larger than the last valid one, a datagram from before the
/// run, and one whose time differs by more than ``windowMilliseconds`` from this machine's clock. A
/// recorded datagram is therefore useless, except for one that never arrived, within this window.
///
/// Both clocks must agree within the window: otherwise all datagrams are refused, the message tells
/// the difference, and the robot stands. The datagrams of a sender whose clock is behind by less
/// are refused for as long as that after the start of the run.
///
/// Invalid datagrams are rate limited: after ``wrongMax`` of them only one datagram is checked in
/// ``restNanoseconds``, whoever sends it. Datagrams from the address of the last valid one are
/// always checked. The state is a few numbers for any number of senders. `sim/send_command.py` is a
/// sender of ten lines.
struct DatagramGuard {
  /// A moment on the clocks of this machine.
  struct Moment {
    var monotonicNanoseconds: UInt64
    var wallNanoseconds: UInt64

    fileprivate var milliseconds: UInt64 { wallNanoseconds / 1_000_000 }
  }

  /// The address and port of a sender.
  struct Sender: Equatable {
    var address: UInt32
    var port: UInt16
  }

  static let windowMilliseconds: UInt64 = 5_000
  static let wrongMax = 5
  static let restNanoseconds: UInt64 = 100_000_000

  private let key: SymmetricKey
  private let startMilliseconds: UInt64
  private var lastCounter: UInt64?
  /// The address of the last valid datagram; its port changes with each run of a client.
  private var lastRightAddress: UInt32?
  /// The time at which the rests for all invalid datagrams are over.
  private var paidNanoseconds: UInt64 = 0

  /// Starts at a moment; earlier datagrams are refused.
  init(key: CommandKey, at now: Moment) {
    self.key = SymmetricKey(data: key.bytes)
    startMilliseconds = now.milliseconds
  }

  /// Checks a datagram.
  ///
  /// - Returns: Its payload; `nil` when it was not checked, after too many invalid ones.
  /// - Throws: ``CommandError`` with the reason why it is invalid.
  mutating func open(
    _ datagram: [UInt8], from sender: Sender, at now: Moment
  ) throws(CommandError) -> [UInt8]? {
    guard let parts = SignedParts(datagram) else {
      throw CommandError(
        "udp: found a datagram without a signature, expected 'tarsus1 SIGNATURE COUNTER TIME "
          + "COMMAND' as sim/send_command.py sends it")
    }
    let debtMax = UInt64(Self.wrongMax - 1) * Self.restNanoseconds
    guard
      sender.address == lastRightAddress || paidNanoseconds <= now.monotonicNanoseconds + debtMax
    else { return nil }
    do throws(CommandError) {
      try check(parts, at: now)
    } catch {
      if sender.address == lastRightAddress { lastRightAddress = nil }
      paidNanoseconds = max(paidNanoseconds, now.monotonicNanoseconds) + Self.restNanoseconds
      throw error
    }
    lastRightAddress = sender.address
    return parts.payload
  }

  private mutating func check(_ parts: SignedParts, at now: Moment) throws(CommandError) {
    // The comparison takes constant time.
    guard
      HMAC<SHA256>.isValidAuthenticationCode(
        parts.signature, authenticating: parts.signed, using: key)
    else {
      throw CommandError(
        "udp: found a datagram signed with another token, expected that of \(CommandKey.variable)")
    }
    let (sent, here) = (parts.milliseconds, now.milliseconds)
    guard max(sent, here) - min(sent, here) <= Self.windowMilliseconds else {
      throw CommandError(
        "udp: found a datagram of \(max(sent, here) - min(sent, here)) ms "
          + "\(sent < here ? "ago" : "ahead"), expected at most \(Self.windowMilliseconds): the "
          + "sender's clock or this one is wrong, or somebody sends it again; 'timedatectl "
          + "set-ntp true' on both sets them")
    }
    guard sent >= startMilliseconds else {
      throw CommandError(
        "udp: found a datagram from before this run, expected a newer one: somebody sends it "
          + "again, or the sender's clock is behind; 'timedatectl set-ntp true' sets it")
    }
    if let lastCounter, parts.counter <= lastCounter {
      throw CommandError(
        "udp: found the counter \(parts.counter) after \(lastCounter), expected a larger one: "
          + "somebody sends it again, or two senders count apart")
    }
    lastCounter = parts.counter
  }
}
