internal import Foundation
internal import SerialLink

/// Reads the fitness of a machine from its system files.
struct Machine {
  /// The folder in place of `/`.
  let root: String

  init(root: String = "") { self.root = root }

  /// Checks whether the kernel can be preempted.
  func kernel() -> Finding {
    let release = text("/proc/sys/kernel/osrelease") ?? "unknown"
    let version = text("/proc/sys/kernel/version") ?? ""
    let cure = "a kernel with PREEMPT_RT has shorter worst cases; Debian: linux-image-rt-amd64"
    if text("/sys/kernel/realtime") == "1" || version.contains("PREEMPT_RT") {
      return Finding("kernel", "\(release), PREEMPT_RT", .good)
    }
    if version.contains("PREEMPT") {
      return Finding("kernel", "\(release), preemptible", .fair, cure: cure)
    }
    return version.isEmpty
      ? Finding("kernel", "\(release), it does not say how preemptible", .unknown)
      : Finding("kernel", "\(release), not preemptible", .fair, cure: cure)
  }

  /// Checks whether processors keep their full speed.
  func governors() -> Finding {
    let found = Set(processors().compactMap { text("\($0)/cpufreq/scaling_governor") }).sorted()
    let names = found.joined(separator: ", ")
    if found.isEmpty {
      return Finding("processor speed", "no governor: fixed, or up to a host", .unknown)
    }
    return found == ["performance"]
      ? Finding("processor speed", names, .good)
      : Finding(
        "processor speed", names, .fair, cure: "cpupower frequency-set --governor performance")
  }

  /// Checks the time that an idle processor takes to wake.
  func idleStates() -> Finding {
    var latencies: [Int] = []
    for processor in processors() {
      for state in entries("\(processor)/cpuidle") where state.hasPrefix("state") {
        let folder = "\(processor)/cpuidle/\(state)"
        guard text("\(folder)/disable") != "1", let latency = text("\(folder)/latency") else {
          continue
        }
        latencies += Int(latency).map { [$0] } ?? []
      }
    }
    if isVirtual {
      return Finding(
        "idle states", "up to the host of this virtual machine: a run keeps processors awake",
        .fair, cure: "run robots on a machine of their own")
    }
    guard let longest = latencies.max() else {
      return Finding("idle states", "none: up to a host, or never idle", .unknown)
    }
    let found = "\(longest) µs to wake from the deepest"
    return longest <= Self.wakeMicrosecondsMax
      ? Finding("idle states", found, .good)
      : Finding(
        "idle states", found, .fair,
        cure: "cpupower idle-set --disable-by-latency \(Self.wakeMicrosecondsMax)")
  }

  /// True for a virtual machine.
  var isVirtual: Bool {
    let flags = text("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("flags") }
    return flags?.split(separator: " ").contains("hypervisor") ?? false
  }

  /// True when processor time is limited, as in a container, where spinning uses up the limit.
  var hasProcessorQuota: Bool { text("/sys/fs/cgroup/cpu.max")?.hasPrefix("max") == false }

  /// Checks the permissions and the latency of serial devices.
  func serial(_ devices: [SerialDeviceInfo]) -> [Finding] {
    guard !devices.isEmpty else {
      return [
        Finding(
          "serial devices", "none", .unknown,
          cure: "plug the adapter in; a loopback's link needs none")
      ]
    }
    return devices.flatMap { device -> [Finding] in
      let path = root + device.path
      let mayUse =
        FileManager.default.isReadableFile(atPath: path)
        && FileManager.default.isWritableFile(atPath: path)
      var findings = [
        mayUse
          ? Finding(device.path, "may be read and written", .good)
          : Finding(
            device.path, "may not be read and written", .bad,
            cure: PortPermission(devicePath: device.path, file: path).cure)
      ]
      if let milliseconds = device.latencyTimerMilliseconds {
        findings.append(
          milliseconds <= 1
            ? Finding(device.path, "hands bytes over every \(milliseconds) ms", .good)
            : Finding(
              device.path, "hands bytes over every \(milliseconds) ms", .fair,
              cure: "into /etc/udev/rules.d/99-ftdi.rules: \(SerialDeviceInfo.latencyRule)"))
      }
      return findings
    }
  }

  private func processors() -> [String] {
    let folder = "/sys/devices/system/cpu"
    return entries(folder).filter { $0.hasPrefix("cpu") && Int($0.dropFirst(3)) != nil }
      .map { "\(folder)/\($0)" }
  }

  private func entries(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []).sorted()
  }

  private func text(_ path: String) -> String? {
    // Virtual files have no size, so they are read as a stream.
    guard let file = FileHandle(forReadingAtPath: root + path) else { return nil }
    defer { try? file.close() }
    guard let data = try? file.readToEnd() else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A hundredth of the period at 100 Hz.
  private static let wakeMicrosecondsMax = 100
}
