import SeededRandomness
import Settings
import Testing
import Yams

/// No text makes reading it endless, or deeper than the stack.
@Suite struct SettingsTextTests {
  private static func error(of text: String) -> SettingsError? {
    do throws(SettingsError) {
      _ = try SettingsText.tree(of: text, path: "file.yaml")
      return nil
    } catch {
      return error
    }
  }

  /// Each line names the one before twice.
  private static func doubling(_ lineCount: Int) -> String {
    (1...lineCount).reduce("a0: &a0 x\n") { $0 + "a\($1): &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
  }

  @Test func tree_aliasesOfAliases_isRefusedWithItsLine() {
    let error = Self.error(of: Self.doubling(30))
    #expect(error?.found == "more than 20000 values, aliases for what they name")
    #expect(error?.line != nil)
  }

  @Test func tree_chainOfAliasesOneEach_isRefusedForItsDepth() {
    let text = (1...40).reduce("a0: &a0 x\n") { $0 + "a\($1): &a\($1) [*a\($1 - 1)]\n" }
    #expect(Self.error(of: text)?.found == "more than 32 lists and mappings within one another")
  }

  @Test func tree_aliasesAsKeys_areRefusedBeforeTheyAreCompared() {
    #expect(Self.error(of: Self.doubling(30) + "? *a30\n: 1\n? *a29\n: 2\n") != nil)
  }

  @Test func tree_aliasUsedAHundredTimes_isReadAsWhatItNames() throws {
    let text =
      "all: &all [1, 2]\n" + (0..<100).map { "joint_\($0): *all\n" }.joined()
      + "text: \"a *all b\"  # *all\n"
    let root = try #require(try SettingsText.tree(of: text, path: "file.yaml"))
    #expect(root.mapping?["joint_99"]?.sequence?.compactMap(\.int) == [1, 2])
    #expect(root.mapping?["text"]?.string == "a *all b")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func tree_tenThousandWithinOneAnother_isRefused(opening: String) {
    #expect(Self.error(of: String(repeating: opening, count: 10_000)) != nil)
  }

  @Test func tree_moreBytesThanAllowed_isRefused() {
    let text = String(repeating: "#", count: SettingsText.byteCountMax + 1)
    #expect(Self.error(of: text)?.found == "more than 65536 bytes")
  }

  @Test func read_deviceWithoutEnd_isRefused() {
    #expect(throws: SettingsError.self) {
      _ = try SettingsText.read(path: "/dev/zero", what: "settings")
    }
  }

  @Test func tree_twoThousandDamagedTexts_areReadOrRefused() {
    let original = Array((Self.doubling(6) + "b: {c: [1, 'two', \"three\"], d: |\n  e\n").utf8)
    let inserted = Array("*&[]{}-?:,|>'\"#%@!\n\t \0é".utf8)
    var random = SeededRandom(seed: 19)
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = inserted.randomElement(using: &random) ?? 0
      }
      if Self.error(of: String(decoding: bytes, as: UTF8.self)) != nil { refused += 1 }
    }
    #expect((1..<2_000).contains(refused))
  }
}
