import Foundation

/// A deadline that no passing test reaches, so that a failing one ends: ten seconds from now.
func farDeadline() -> UInt64 { DispatchTime.now().uptimeNanoseconds + 10_000_000_000 }
