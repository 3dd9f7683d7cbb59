import Foundation
@testable import Locomotion
import ParallelArrays
import RobotDescription
import Settings
import Testing
import WireProtocol

@testable import Training

extension EnvironmentsSnapshot {
  /// Changes the episodes of a legged body.
  fileprivate mutating func changeEpisodes(_ change: (inout [LeggedEpisode]) -> Void) {
    guard case .legged(var legged) = episodes else { return }
    change(&legged)
    episodes = .legged(legged)
  }
}

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
    let checksum = unsafe bytes.dropFirst(12).withUnsafeBytes { unsafe CRC32.checksum($0) }
    let stored = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> $0) }
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
      { $0.environments.changeEpisodes { $0[0].record.ticks = .max } },
      { $0.environments.changeEpisodes { $0[0].record.ticks = -1 } },
      { $0.environments.changeEpisodes { $0[3].record.ticksMax = .min } },
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
    try trainer.update(times: 1)
    guard case .legged(var episodes) = trainer.checkpoint().environments.episodes else { return }
    episodes.removeLast(episodes.count - 1)
    let tree = try unsafe PropertyListSerialization.propertyList(
      from: PropertyListEncoder().encode(episodes), format: nil)
    let paths = Self.numberPaths(in: tree)
    #expect(paths.count > 200)
    let actions = SliceBuffer<Float>(repeating: 0.1, count: 8 * 12)
    var refused = 0
    for path in paths {
      for value in [Double.nan, .infinity, -1, 1e300] {
        let data = try PropertyListSerialization.data(
          fromPropertyList: Self.replaced(in: tree, at: path[...], by: value), format: .binary,
          options: 0)
        var snapshot = trainer.checkpoint().environments
        let decoded = try? PropertyListDecoder().decode([LeggedEpisode].self, from: data)
        snapshot.changeEpisodes { $0[0] = decoded?[0] ?? $0[0] }
        guard decoded != nil, trainer.environments.restore(snapshot) else {
          refused += 1
          continue
        }
        // What was taken traps nowhere in a tick.
        trainer.environments.act(actions, in: 0..<8)
        try? trainer.environments.advance()
        trainer.environments.observe(in: 0..<8)
      }
    }
    // Counts and delays are some, measures are not.
    #expect(refused > 20 && refused < 4 * paths.count)
  }

  /// Paths to the numbers of a property list, as keys and indexes from its root.
  private static func numberPaths(in node: Any) -> [[AnyHashable]] {
    switch node {
    case let members as [String: Any]:
      members.flatMap { key, member in numberPaths(in: member).map { [key] + $0 } }
    case let members as [Any]:
      members.enumerated().flatMap { index, member in
        numberPaths(in: member).map { [index] + $0 }
      }
    default: node is NSNumber ? [[]] : []
    }
  }

  private static func replaced(in node: Any, at path: ArraySlice<AnyHashable>, by value: Any) -> Any
  {
    guard let first = path.first else { return value }
    if var members = node as? [String: Any], let key = first as? String, let old = members[key] {
      members[key] = replaced(in: old, at: path.dropFirst(), by: value)
      return members
    }
    if var members = node as? [Any], let index = first as? Int {
      members[index] = replaced(in: members[index], at: path.dropFirst(), by: value)
      return members
    }
    return node
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
