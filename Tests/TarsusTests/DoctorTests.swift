import Foundation
import SerialLink
import Testing

@testable import tarsus

/// Machines made of files.
@Suite struct DoctorTests {
  /// The findings on a machine with these files under its root.
  private static func on<Result>(
    _ files: [String: String], _ look: (Machine) throws -> Result
  ) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(
      "doctor-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try look(Machine(root: root.path))
  }

  @Test(arguments: [
    ("#1 SMP PREEMPT_RT Debian 6.1", Finding.Verdict.good, "PREEMPT_RT"),
    ("#1 SMP PREEMPT_DYNAMIC Debian 6.1", .fair, "6.1.0, preemptible"),
    ("#1 SMP Debian 6.1", .fair, "not preemptible"), ("", .unknown, "does not say"),
  ])
  func kernel_ofAVersion_isJudged(
    version: String, verdict: Finding.Verdict, words: String
  ) throws {
    let finding = try Self.on([
      "proc/sys/kernel/osrelease": "6.1.0\n", "proc/sys/kernel/version": "\(version)\n",
    ]) { $0.kernel() }
    #expect(finding.verdict == verdict)
    #expect(finding.found.contains(words))
    #expect((finding.cure != nil) == (verdict == .fair))
  }

  @Test func governors_oneThatSaves_isNamedWithTheCure() throws {
    let finding = try Self.on([
      "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
      "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave\n",
    ]) { $0.governors() }
    #expect(finding.verdict == .fair)
    #expect(finding.found == "performance, powersave")
    #expect(finding.cure == "cpupower frequency-set --governor performance")
  }

  @Test func governors_allAtFullSpeed_areGood() throws {
    let finding = try Self.on([
      "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n"
    ]) { $0.governors() }
    #expect(finding.verdict == .good)
  }

  @Test func idleStates_deepOne_isFairUnlessItIsOff() throws {
    func files(_ disable: String) -> [String: String] {
      [
        "sys/devices/system/cpu/cpu0/cpuidle/state1/latency": "2\n",
        "sys/devices/system/cpu/cpu0/cpuidle/state2/latency": "400\n",
        "sys/devices/system/cpu/cpu0/cpuidle/state2/disable": "\(disable)\n",
      ]
    }
    let deep = try Self.on(files("0")) { $0.idleStates() }
    #expect(deep.verdict == .fair)
    #expect(deep.found.contains("400 µs"))
    #expect(try Self.on(files("1")) { $0.idleStates() }.verdict == .good)
    #expect(try Self.on([:]) { $0.idleStates() }.verdict == .unknown)
  }

  @Test func idleStates_ofAVirtualMachine_areUpToItsHost() throws {
    let finding = try Self.on([
      "proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n"
    ]) { $0.idleStates() }
    #expect(finding.verdict == .fair)
    #expect(finding.found.contains("virtual machine"))
  }

  @Test func serial_deviceThatIsNotThere_isBadAndNamesTheGroup() throws {
    let device = SerialDeviceInfo(path: "/dev/ttyUSB7", description: "", usb: nil)
    let findings = try Self.on([:]) { $0.serial([device]) }
    #expect(findings.map(\.verdict) == [.bad])
    #expect(findings.first?.cure?.contains("dialout") == true)
    let allowed = try Self.on(["dev/ttyUSB7": ""]) { $0.serial([device]) }
    #expect(allowed.map(\.verdict) == [.good])
    #expect(try Self.on([:]) { $0.serial([]) }.map(\.verdict) == [.unknown])
  }

  @Test(arguments: [
    (200, Finding.Verdict.good), (800, .fair), (4_000, .bad),
  ])
  func lateness_ofAShareOfThePeriod_isJudged(microseconds: Double, verdict: Finding.Verdict) {
    let finding = Doctor.finding(Array(repeating: microseconds, count: 1_000), rate: 200)
    #expect(finding.verdict == verdict)
    #expect(finding.found.hasSuffix("1000 times"))
  }
}
