import Testing

@testable import tarsus_lab

@Suite struct FoldersTests {
  @Test func upwards_folder_isItselfAndAllAboveIt() {
    #expect(Folders.upwards(from: "/a/b c/d") == ["/a/b c/d", "/a/b c", "/a", "/"])
    #expect(Folders.upwards(from: "/a//b/") == ["/a/b", "/a", "/"])
    #expect(Folders.upwards(from: "/") == ["/"])
  }

  /// A working folder that was deleted has no path, or none from the root.
  @Test(arguments: ["", ".", "a/b", "(unreachable)/a"])
  func upwards_notFromTheRoot_isNothing(path: String) {
    #expect(Folders.upwards(from: path).isEmpty)
  }
}
