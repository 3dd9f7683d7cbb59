internal import Foundation
internal import Realtime

/// Reads a file that was named on the command line.
///
/// - Parameters:
///   - byteCountMax: More than any such file has.
///   - what: The kind of file, for the message.
///   - cure: Advice for the case that there is no such file.
/// - Throws: The exit code for wrong use, after a message.
public func readFile(
  _ path: String, byteCountMax: Int, what: String, cure: String
) throws -> [UInt8] {
  do throws(FileError) {
    return try InputFile.bytes(path: path, byteCountMax: byteCountMax)
  } catch {
    let problem = error.reason == .system(ENOENT) ? "no such file; \(cure)" : error.problem
    throw Failure.report("\(what) \(path): \(problem)", Failure.wrongUse)
  }
}

/// Reads the bytes of a policy file; `byteCountMax` is that of `PolicyFile`.
public func readPolicyFile(_ path: String, byteCountMax: Int) throws -> [UInt8] {
  try readFile(
    path, byteCountMax: byteCountMax, what: "policy", cure: "make one with 'tarsus-lab freeze'")
}

/// Writes a whole file.
///
/// - Parameters:
///   - what: The kind of file, for the message.
///   - isReplacing: True when a file with contents may be replaced, as with `--force`.
public func writeFile(
  _ bytes: some Sequence<UInt8>, to path: String, what: String, isReplacing: Bool
) throws {
  let bytes = Array(bytes)
  try naming(what) { () throws(FileError) in
    if !isReplacing { try OutputFile.checkFree(path) }
    try OutputFile.replace(path, with: bytes)
  }
}

/// Refuses a path at which a file would be lost, before the work that leads to the file.
public func checkFree(_ path: String, what: String, isReplacing: Bool) throws {
  guard !isReplacing else { return }
  try naming(what) { () throws(FileError) in try OutputFile.checkFree(path) }
}

private func naming(_ what: String, _ body: () throws(FileError) -> Void) throws {
  do {
    try body()
  } catch {
    let isOccupied = error.reason == .occupied
    let cure = isOccupied ? "; name another, or replace it with --force" : ""
    throw Failure.report(
      "\(what) \(error.path): cannot be written: \(error.problem)\(cure)",
      isOccupied ? Failure.wrongUse : Failure.failed)
  }
}
