internal import RobotDescription
internal import WireProtocol

/// Encodes ticks as messages of an MCAP file.
struct FlightLog {
  /// The channels of a log, in the order of their IDs.
  private enum Channel: Int, CaseIterable {
    case state
    case observation
    case action
    case command
    case timing
    case faults
    case bus
  }

  private var writer: MCAPWriter
  private var text = JSONText()
  private let description: FlightDescription
  /// The time of day at zero of the monotonic clock.
  private let startNanoseconds: UInt64
  /// The phases with their keys in messages about timing.
  private let phases = TickPhase.allCases.map { ($0, "\($0)\(nanosecondsSuffix)") }
  private var lastBus = BusStatistics()
  private var lastFault: UInt16 = 0
  private var lastState: UInt8?

  /// The size and age at which a chunk ends: the most that a crash can lose.
  private static let chunkByteCountMax = 256 << 10
  private static let chunkNanosecondsMax: UInt64 = 500_000_000
  /// Ticks between two messages about the bus, without errors.
  private static let busTicks: UInt64 = 50

  init(description: FlightDescription, startNanoseconds: UInt64) {
    self.description = description
    self.startNanoseconds = startNanoseconds
    writer = MCAPWriter(
      channels: Channel.allCases.map { channel in
        MCAPWriter.Channel(
          topic: "/\(channel)", schemaName: "tarsus.\(channel)", schema: Self.schema(channel))
      },
      metadata: [
        (
          "robot",
          [
            ("body", description.body), ("joints", description.jointNames.joined(separator: ",")),
            ("control_period_microseconds", "\(description.controlPeriodMicroseconds)"),
          ]
        ),
        ("policy", [("checksum", "\(description.policyChecksum)")]),
      ])
  }

  /// Takes the bytes that are to be written to the file.
  mutating func take() -> [UInt8] { writer.take() }

  mutating func end() { writer.end() }

  mutating func add(_ record: borrowing TickRecord) {
    let time = startNanoseconds &+ record.nanoseconds
    addState(record, time)
    if record.hasDecision { addDecision(record, time) }
    addTiming(record, time)
    addFault(record, time)
    addBus(record, time)
    let isOld =
      writer.chunkStartNanoseconds.map { time &- $0 >= Self.chunkNanosecondsMax } ?? false
    if isOld || writer.chunkByteCount >= Self.chunkByteCountMax { writer.endChunk() }
  }

  private mutating func addState(_ record: borrowing TickRecord, _ time: UInt64) {
    let joints = description.jointNames.count
    let sample = record.sample
    text.begin()
    text.add("tick", record.tick)
    text.add("state", plain: stateName(record.state))
    text.add("fresh", record.isFresh)
    text.add("gyro", count: 3) { sample.gyro[$0] }
    text.add("gravity", count: 3) { sample.gravity[$0] }
    text.add("joint_angles", count: joints) { sample.jointAngles[$0] }
    text.add("joint_velocities", count: joints) { sample.jointVelocities[$0] }
    let targets = record.targets
    text.add("targets", count: joints) { targets[$0] }
    let ages = record.jointAges
    text.add("joint_ages", count: joints) { Float(ages[$0]) }
    text.add("supply_volts", Float(record.supplyMillivolts) / 1000)
    text.add("hottest_servo_celsius", record.hottestServoCelsius)
    post(.state, time)
  }

  private mutating func addDecision(_ record: borrowing TickRecord, _ time: UInt64) {
    let observation = record.observation
    text.begin()
    text.add("tick", record.tick)
    text.add("values", count: Int(record.observationWidth)) { observation[$0] }
    post(.observation, time)
    let action = record.action
    text.begin()
    text.add("tick", record.tick)
    text.add("values", count: description.jointNames.count) { action[$0] }
    post(.action, time)
    text.begin()
    text.add("tick", record.tick)
    text.add("forward", record.command.forward)
    text.add("left", record.command.left)
    text.add("yaw_rate", record.command.yawRate)
    post(.command, time)
  }

  private mutating func addTiming(_ record: borrowing TickRecord, _ time: UInt64) {
    let durations = record.phases
    text.begin()
    text.add("tick", record.tick)
    text.add("lateness_nanoseconds", durations.lateness)
    for (phase, key) in phases { text.add(key: key, durations[phase]) }
    text.add("missed_deadlines", record.missedDeadlines)
    post(.timing, time)
  }

  /// Adds a message when state or fault have changed.
  private mutating func addFault(_ record: borrowing TickRecord, _ time: UInt64) {
    let (state, fault) = (record.state, record.fault)
    guard fault != lastFault || state != lastState else { return }
    lastFault = fault
    lastState = state
    text.begin()
    text.add("tick", record.tick)
    text.add("state", plain: stateName(state))
    text.add("fault", fault)
    text.add("text", plain: description.faults[fault] ?? "")
    post(.faults, time)
  }

  /// Adds a message when an error was counted, and every ``busTicks``.
  private mutating func addBus(_ record: borrowing TickRecord, _ time: UInt64) {
    let (tick, bus, last) = (record.tick, record.bus, lastBus)
    let isUneventful =
      bus.checksumErrors == last.checksumErrors && bus.missedReplies == last.missedReplies
      && bus.partialReplies == last.partialReplies
    guard !isUneventful || tick % Self.busTicks == 0 else { return }
    lastBus = bus
    text.begin()
    text.add("tick", tick)
    text.add("frames", bus.frames)
    text.add("checksum_errors", bus.checksumErrors)
    text.add("missed_replies", bus.missedReplies)
    text.add("partial_replies", bus.partialReplies)
    post(.bus, time)
  }

  private func stateName(_ state: UInt8) -> String {
    Int(state) < description.stateNames.count ? description.stateNames[Int(state)] : "\(state)"
  }

  private mutating func post(_ channel: Channel, _ time: UInt64) {
    text.end()
    writer.add(text.bytes, channel: channel.rawValue, nanoseconds: time)
  }

  private static func schema(_ channel: Channel) -> String {
    let numbers = ["type": "array", "items": "number"]
    let fields: [(name: String, type: [String: String])]
    let number = ["type": "number"]
    let whole = ["type": "integer"]
    switch channel {
    case .state:
      fields = [
        ("state", ["type": "string"]), ("fresh", ["type": "boolean"]), ("gyro", numbers),
        ("gravity", numbers), ("joint_angles", numbers), ("joint_velocities", numbers),
        ("targets", numbers), ("joint_ages", numbers), ("supply_volts", number),
        ("hottest_servo_celsius", whole),
      ]
    case .observation, .action: fields = [("values", numbers)]
    case .command: fields = [("forward", number), ("left", number), ("yaw_rate", number)]
    case .timing:
      fields =
        (["lateness"] + TickPhase.allCases.map { "\($0)" })
        .map { ("\($0)\(nanosecondsSuffix)", whole) } + [("missed_deadlines", whole)]
    case .faults:
      fields = [("state", ["type": "string"]), ("fault", whole), ("text", ["type": "string"])]
    case .bus:
      fields = ["frames", "checksum_errors", "missed_replies", "partial_replies"]
        .map { ($0, whole) }
    }
    let properties = ([("tick", whole)] + fields).map { field -> String in
      let items = field.type["items"].map { ",\"items\":{\"type\":[\"\($0)\",\"null\"]}" } ?? ""
      return "\"\(field.name)\":{\"type\":\"\(field.type["type"] ?? "number")\"\(items)}"
    }
    return "{\"type\":\"object\",\"properties\":{\(properties.joined(separator: ","))}}"
  }
}

/// The end of keys that hold durations.
private let nanosecondsSuffix = "_nanoseconds"
