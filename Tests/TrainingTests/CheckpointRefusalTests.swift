import Foundation
@testable import Locomotion
import PolicyNetwork
import RobotDescription
import Settings
import Testing

@testable import Training

/// Unusable checkpoints are refused; no byte of one makes reading trap.
@Suite struct CheckpointRefusalTests {
  private static func bytes() throws -> [UInt8] {
    try Spider.withTemporaryFile { path in
      try Spider.trainer { $0.hiddenWidths = [1] }.checkpoint().write(path: path)
      return [UInt8](try #require(FileManager.default.contents(atPath: path)))
    }
  }

  /// Reason for which a file of these bytes is refused; `nil` when it is read.
  private static func reason(for bytes: [UInt8]) throws -> String? {
    try Spider.withTemporaryFile { path in
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do throws(TrainingError) {
        _ = try Checkpoint(path: path)
        return nil
      } catch {
        guard case .checkpointUnusable(path, let reason) = error else { return "\(error)" }
        return reason
      }
    }
  }

  /// The bytes with the checksum that fits them, big-endian after the magic.
  private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var checksum = CRC32()
    unsafe bytes.withUnsafeBytes {
      unsafe checksum.add(UnsafeRawBufferPointer(rebasing: $0[12...]))
    }
    let stored = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum.value >> $0) }
    return bytes[..<8] + stored + bytes[12...]
  }

  private static let isForeign = "it does not begin with TSCHECK and a digit"
  private static let isDamaged = "its checksum does not fit; it is damaged"
  private static let isOfAnotherVersion = "it was written by another version"

  @Test func init_noSuchFile_throwsFile() {
    let error = #expect(throws: TrainingError.self) { _ = try Checkpoint(path: "/no/such") }
    guard case .file(path: "/no/such", _)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func init_truncatedAnywhere_isRefused() throws {
    let bytes = try Self.bytes()
    for count in 0...12 {
      #expect(try Self.reason(for: Array(bytes[..<count])) == Self.isForeign)
    }
    for count in stride(from: 13, to: bytes.count, by: bytes.count / 16) {
      #expect(try Self.reason(for: Array(bytes[..<count])) == Self.isDamaged)
    }
    #expect(try Self.reason(for: bytes.dropLast()) == Self.isDamaged)
  }

  @Test func init_bitFlippedAnywhere_isRefused() throws {
    let bytes = try Self.bytes()
    let positions = Array(0..<16) + stride(from: 16, to: bytes.count, by: bytes.count / 16)
    for position in positions {
      var flipped = bytes
      flipped[position] ^= 1 << UInt8(position % 8)
      let expected = position < 8 ? Self.isForeign : Self.isDamaged
      #expect(try Self.reason(for: flipped) == expected, "byte \(position)")
    }
  }

  @Test func init_foreignFile_isRefused() throws {
    #expect(try Self.reason(for: Array("TSPOLICY and the rest of it".utf8)) == Self.isForeign)
  }

  @Test func init_otherContentWithAFittingChecksum_isRefused() throws {
    let magic = Array(try Self.bytes()[..<12])
    for content in ["x", "bplist00", "{ steps = 1; }", String(repeating: "bplist00\0", count: 99)] {
      let bytes = Self.sealed(magic + Array(content.utf8))
      #expect(try Self.reason(for: bytes) == Self.isOfAnotherVersion)
    }
  }

  @Test func init_damageUnderAFittingChecksum_isReadOrRefusedAsAnotherVersion() throws {
    let bytes = try Self.bytes()
    for position in stride(from: 12, to: bytes.count, by: bytes.count / 24) {
      var damaged = bytes
      damaged[position] = ~damaged[position]
      let reason = try Self.reason(for: Self.sealed(damaged))
      #expect(reason == nil || reason == Self.isOfAnotherVersion, "byte \(position)")
    }
  }

  /// Resumes a training from a changed checkpoint.
  private static func resume(_ change: (inout Checkpoint) -> Void) throws {
    let trainer = try Spider.trainer()
    var checkpoint = trainer.checkpoint()
    change(&checkpoint)
    _ = try Trainer(resuming: checkpoint, path: "run", task: trainer.task, threadCount: 1)
  }

  @Test func resume_bodyHasChanged_throwsBodyChanged() throws {
    let error = #expect(throws: TrainingError.self) {
      try Self.resume { $0.bodyChecksum ^= 1 }
    }
    guard case .bodyChanged(path: "run", let files)? = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(files.contains { $0.hasSuffix("spider.xml") })
  }

  @Test func resume_anySizeThatDiffers_throwsCheckpointUnusable() {
    let changes: [(inout Checkpoint) -> Void] = [
      { $0.task = "biped" },
      { $0.parameters.removeLast() },
      { $0.optimiserMemories[0][0].append(0) },
      { $0.optimiserMemories[0][1] = [] },
      { $0.optimiserMemories[1][2].removeLast() },
      { $0.optimiserMemories.removeLast() },
      { $0.returnNormaliser = ReturnNormaliser(environmentCount: 7) },
      { $0.normaliserMeans.removeLast() },
      { $0.normaliserSquares.append(0) },
      { $0.noise.removeLast() },
      { $0.learnerConfiguration.hiddenWidths = [7] },
      { $0.learnerConfiguration.environmentCount = 16 },
      { $0.learnerConfiguration.trunk = .shared },
      { $0.learnerConfiguration.exploration = .stateDependent },
      { $0.learnerConfiguration.optimiser = .rmsprop },
    ]
    for change in changes {
      #expect(
        throws: TrainingError.checkpointUnusable(
          path: "run", reason: "it belongs to another task or network")
      ) { try Self.resume(change) }
    }
  }

  /// Counts that no training has; each was taken for a number of bytes, a place or a sum before.
  @Test func resume_senselessCounts_throwsCheckpointUnusable() {
    let changes: [(inout Checkpoint) -> Void] = [
      { $0.steps = -1 },
      { $0.steps = .max },
      { $0.stepsMax = -1 },
      { $0.environments.episodes[0].ticks = .max },
      { $0.environments.episodes[0].ticks = -1 },
      { $0.environments.episodes[3].ticksMax = .min },
    ]
    for change in changes {
      let error = #expect(throws: TrainingError.self) { try Self.resume(change) }
      guard case .checkpointUnusable(path: "run", _)? = error else {
        Issue.record("found \(String(describing: error))")
        return
      }
    }
  }

  @Test func resume_anyNumberOfAnEpisodeBeyondAllCounts_isTakenOrRefused() throws {
    let trainer = try Spider.trainer(task: Spider.task { $0.randomisation.isOn = true })
    let original = trainer.checkpoint()
    let count = original.environments.episodes[0].numbers.count
    var refused = 0
    for index in 0..<count {
      for value in [Double.nan, .infinity, -1, 1e300] {
        var snapshot = original.environments
        snapshot.episodes[0].numbers[index] = value
        if !trainer.environments.restore(snapshot) { refused += 1 }
      }
    }
    // Counts and delays are some, measures are not.
    #expect(refused > 20 && refused < 4 * count)
  }

  @Test func resume_kroneckerFactorsOfNoUpdates_throwsCheckpointUnusable() throws {
    let trainer = try Spider.trainer(TrainerSetting.kfac.change)
    for value in [Float.nan, .infinity, -1] {
      var checkpoint = trainer.checkpoint()
      checkpoint.optimiserMemories[0][1][0] = value
      #expect(throws: TrainingError.self) {
        _ = try Trainer(resuming: checkpoint, path: "run", task: trainer.task, threadCount: 1)
      }
    }
  }

  @Test func init_folder_isRefused() {
    #expect(throws: TrainingError.self) { _ = try Checkpoint(path: "/proc") }
  }

  @Test func resume_settingOutOfRange_throwsItsName() {
    #expect(
      throws: SettingsError(
        setting: "learner.ticks_per_update", found: Int.max, expected: "1 to 65536")
    ) {
      try Self.resume { $0.learnerConfiguration.ticksPerUpdate = .max }
    }
  }
}
