import Crypto
import Foundation
import RobotDescription
import Testing

@testable import tarsus

/// Signed datagrams, by clocks of the test.
@Suite struct DatagramGuardTests {
  private static let token = "0123456789abcdef"
  private static let payload = #"{"forward": 0.1}"#
  /// The start of the run, and the payload of the datagrams.
  private static let startMilliseconds: UInt64 = 1_700_000_000_000
  private static let sender = DatagramGuard.Sender(address: 1, port: 2)
  private static let stranger = DatagramGuard.Sender(address: 3, port: 4)

  private static func moment(after milliseconds: UInt64 = 0) -> DatagramGuard.Moment {
    DatagramGuard.Moment(
      monotonicNanoseconds: milliseconds * 1_000_000,
      wallNanoseconds: (startMilliseconds + milliseconds) * 1_000_000)
  }

  private static func guarded(_ token: String = token) throws -> DatagramGuard {
    DatagramGuard(key: try CommandKey(Array(token.utf8)), at: moment())
  }

  /// A datagram as a sender makes it.
  private static func datagram(
    _ counter: UInt64, milliseconds: UInt64 = startMilliseconds, token: String = token
  ) -> [UInt8] {
    let signed = "\(counter) \(milliseconds) \(payload)"
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(signed.utf8), using: SymmetricKey(data: Array(token.utf8)))
    let digits = code.map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return Array("tarsus1 \(digits.joined()) \(signed)".utf8)
  }

  /// The error for a datagram.
  private static func refusal(
    _ datagrams: inout DatagramGuard, _ datagram: [UInt8],
    from sender: DatagramGuard.Sender = sender,
    at now: DatagramGuard.Moment = moment()
  ) -> String {
    do throws(CommandError) {
      return try datagrams.open(datagram, from: sender, at: now) == nil ? "not looked at" : "right"
    } catch {
      return error.description
    }
  }

  // The signatures are of Python's hmac.
  @Test(arguments: [
    (token, "526378316d4da99b83e3f01904d8eaf9988d9521990fdb1b7878f166eac1ff1e"),
    ("café-café-café", "545bd367d8099384d12c59ee723448d0f49eb93a4c67e892ba5b043c0b87525a"),
  ])
  func open_signedByPython_isTheCommand(token: String, signature: String) throws {
    var datagrams = try Self.guarded(token)
    let text = "tarsus1 \(signature) 7 \(Self.startMilliseconds) \(Self.payload)"
    let payload = try datagrams.open(Array(text.utf8), from: Self.sender, at: Self.moment())
    #expect(payload == Array(Self.payload.utf8))
  }

  @Test func open_tokenInAnotherSpelling_isAnother() throws {
    // The same text to a reader, and to Swift: é as one character, and as two.
    var datagrams = try Self.guarded("caf\u{E9}-0123456789abcdef")
    let other = Self.datagram(1, token: "cafe\u{301}-0123456789abcdef")
    #expect(Self.refusal(&datagrams, other).contains("signed with another token"))
  }

  @Test func open_anyBitFlipped_isRefused() throws {
    let datagram = Self.datagram(7)
    for place in datagram.indices {
      for bit in 0..<8 {
        var damaged = datagram
        damaged[place] ^= 1 << UInt8(bit)
        var datagrams = try Self.guarded()
        #expect(throws: CommandError.self) {
          try datagrams.open(damaged, from: Self.sender, at: Self.moment())
        }
      }
    }
  }

  @Test func open_cutOffAnywhere_isRefused() throws {
    var datagrams = try Self.guarded()
    let datagram = Self.datagram(7)
    for count in 0..<datagram.count {
      let now = Self.moment(after: UInt64(count) * 200)
      let refusal = Self.refusal(&datagrams, Array(datagram.prefix(count)), at: now)
      #expect(refusal.hasPrefix("udp: found"))
    }
  }

  @Test(arguments: [
    #"{"forward": 0.1}"#, "", "tarsus1 ", "tarsus2 00 1 2 {}",
    "tarsus1 \(String(repeating: "0", count: 64)) 1 2",
    "tarsus1 \(String(repeating: "0", count: 64)) -1 2 {}",
    "tarsus1 \(String(repeating: "0", count: 64)) +1 2 {}",
    "tarsus1 \(String(repeating: "0", count: 64)) 18446744073709551616 2 {}",
    "tarsus1 \(String(repeating: "0", count: 64))  2 {}",
    "tarsus1 \(String(repeating: "G", count: 64)) 1 2 {}",
  ])
  func open_unsigned_saysWhatIsExpected(text: String) throws {
    var datagrams = try Self.guarded()
    let refusal = Self.refusal(&datagrams, Array(text.utf8))
    #expect(refusal.hasPrefix("udp: found a datagram without a signature, expected 'tarsus1"))
  }

  // MARK: Sent again

  @Test func open_sentAgain_isRefused() throws {
    var datagrams = try Self.guarded()
    #expect(Self.refusal(&datagrams, Self.datagram(7)) == "right")
    #expect(
      Self.refusal(&datagrams, Self.datagram(7)).hasPrefix("udp: found the counter 7 after 7"))
    #expect(
      Self.refusal(&datagrams, Self.datagram(6)).hasPrefix("udp: found the counter 6 after 7"))
    #expect(Self.refusal(&datagrams, Self.datagram(8)) == "right")
    #expect(Self.refusal(&datagrams, Self.datagram(.max)) == "right")
  }

  @Test(arguments: [(0, true), (5_000, true), (5_001, false), (60_000, false)])
  func open_olderThanTheWindow_isRefused(age: UInt64, isRight: Bool) throws {
    var datagrams = try Self.guarded()
    let refusal = Self.refusal(&datagrams, Self.datagram(7), at: Self.moment(after: age))
    #expect((refusal == "right") == isRight)
    #expect(
      isRight || refusal.hasPrefix("udp: found a datagram of \(age) ms ago, expected at most"))
  }

  @Test(arguments: [(5_000, true), (5_001, false)])
  func open_fromTheFuture_isRefusedBeyondTheWindow(lead: UInt64, isRight: Bool) throws {
    var datagrams = try Self.guarded()
    let datagram = Self.datagram(7, milliseconds: Self.startMilliseconds + lead)
    let refusal = Self.refusal(&datagrams, datagram)
    #expect((refusal == "right") == isRight)
    #expect(isRight || refusal.contains("ms ahead"))
  }

  @Test func open_timeAtTheEndOfItsType_isRefused() throws {
    var datagrams = try Self.guarded()
    #expect(Self.refusal(&datagrams, Self.datagram(7, milliseconds: .max)).contains("ahead"))
  }

  @Test func open_recordedInARunBefore_isRefused() throws {
    var datagrams = try Self.guarded()
    let recorded = Self.datagram(7, milliseconds: Self.startMilliseconds - 1)
    #expect(Self.refusal(&datagrams, recorded).contains("from before this run"))
  }

  // MARK: Guessing

  @Test func open_manyWrong_areLookedAtTenTimesASecond() throws {
    var datagrams = try Self.guarded()
    let wrong = Self.datagram(7, token: "another-token-of-16")
    var looks = 0
    // A flood of ten seconds, one each millisecond.
    for millisecond in 0..<UInt64(10_000) {
      let now = Self.moment(after: millisecond)
      if Self.refusal(&datagrams, wrong, from: Self.stranger, at: now) != "not looked at" {
        looks += 1
      }
    }
    #expect(looks == DatagramGuard.wrongMax + 99)
  }

  @Test func open_rightSenderDuringAFlood_isAlwaysChecked() throws {
    var datagrams = try Self.guarded()
    #expect(Self.refusal(&datagrams, Self.datagram(1)) == "right")
    let wrong = Self.datagram(7, token: "another-token-of-16")
    for number in 2..<UInt64(100) {
      for _ in 0..<10 {
        _ = Self.refusal(&datagrams, wrong, from: Self.stranger)
      }
      #expect(Self.refusal(&datagrams, Self.datagram(number)) == "right")
    }
  }

  /// `sim/send_command.py` has another port each time.
  @Test func open_rightAddressWithAnotherPortDuringAFlood_isAlwaysChecked() throws {
    var datagrams = try Self.guarded()
    #expect(Self.refusal(&datagrams, Self.datagram(1)) == "right")
    let wrong = Self.datagram(7, token: "another-token-of-16")
    for number in 2..<UInt64(100) {
      for _ in 0..<10 { _ = Self.refusal(&datagrams, wrong, from: Self.stranger) }
      let sender = DatagramGuard.Sender(
        address: Self.sender.address, port: UInt16(number))
      #expect(Self.refusal(&datagrams, Self.datagram(number), from: sender) == "right")
    }
  }

  @Test func open_afterAFlood_aNewSenderIsHeardWithinTheRest() throws {
    var datagrams = try Self.guarded()
    let wrong = Self.datagram(7, token: "another-token-of-16")
    for _ in 0..<1_000 { _ = Self.refusal(&datagrams, wrong, from: Self.stranger) }
    #expect(Self.refusal(&datagrams, Self.datagram(7)) == "not looked at")
    #expect(Self.refusal(&datagrams, Self.datagram(7), at: Self.moment(after: 100)) == "right")
  }

  // MARK: Tokens

  @Test(arguments: ["", "word", "fifteen-letters"])
  func key_short_isRefusedWithTheRecipe(token: String) {
    let error = #expect(throws: CommandError.self) { try CommandKey(Array(token.utf8)) }
    #expect(
      error?.description.hasPrefix(
        "TARSUS_TOKEN: found \(token.utf8.count) bytes, expected at least 16; make one with")
        == true)
  }
}
