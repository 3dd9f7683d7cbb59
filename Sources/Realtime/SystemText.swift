internal import Glibc

/// The system's text for an error number, with the number.
public func systemText(_ errorNumber: Int32) -> String {
  unsafe "\(String(cString: strerror(errorNumber))) (error \(errorNumber))"
}
