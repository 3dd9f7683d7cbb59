import Foundation

/// A deadline that no passing test reaches, so that a failing one ends: ten seconds from now.
func farDeadline() -> UInt64 { DispatchTime.now().uptimeNanoseconds + 10_000_000_000 }

/// A deadline until which a read waits for a silent servo or IMU: the others have answered long
/// before, however busy the machine is.
func patientDeadline() -> UInt64 { DispatchTime.now().uptimeNanoseconds + 1_000_000_000 }
