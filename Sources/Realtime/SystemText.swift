internal import Glibc

/// The system's words for an error number, and the number.
public func systemText(_ errorNumber: Int32) -> String {
  unsafe "\(String(cString: strerror(errorNumber))) (error \(errorNumber))"
}
