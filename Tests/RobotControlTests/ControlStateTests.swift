import Telemetry
import Testing

@testable import RobotControl

/// The codes in a log, which are read without the compiler's own getters.
@Suite struct ControlStateTests {
  @Test(arguments: ControlState.allCases)
  func code_ofAState_isItsRawValue(state: ControlState) {
    #expect(state.code == state.rawValue)
  }

  @Test(arguments: Fault.allCases)
  func code_ofAFault_isItsRawValue(fault: Fault) {
    #expect(fault.code == fault.rawValue)
  }

  @Test func fault_codes_areThoseOfTheFirstRelease() {
    let codes: [(Fault, UInt16)] = [
      (.robotSilent, 1), (.lineGone, 2), (.notFinite, 3), (.tilted, 4), (.supplyLow, 5),
      (.watchdogTripped, 6), (.refused, 7), (.torqueLost, 8), (.jointSilent, 9),
      (.servoError, 10), (.imuFrozen, 11), (.imuSilent, 12), (.targetsClipped, 13), (.servoHot, 14),
      (.commandSilent, 15), (.deadlinesMissed, 16), (.falling, 17),
      (.jointImplausible, 18), (.imuImplausible, 19), (.jointsFrozen, 20), (.jointBlocked, 21),
    ]
    #expect(codes.count == Fault.allCases.count)
    for (fault, code) in codes { #expect(fault.rawValue == code) }
  }
}
