internal import Foundation

/// The system's words for why a file could not be written, where an error has them.
///
/// Foundation has its own for few of them, and a number for the others, such as a file beyond the
/// largest size that the shell allows.
package func writeReason(_ error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey]
  guard let code = (underlying as? POSIXError)?.code.rawValue ?? posixCode(underlying) else {
    return error.localizedDescription
  }
  return unsafe String(cString: strerror(code))
}

private func posixCode(_ error: Any?) -> Int32? {
  guard let error = error as? NSError, error.domain == NSPOSIXErrorDomain else { return nil }
  return Int32(exactly: error.code)
}
