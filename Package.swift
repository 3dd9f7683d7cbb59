// swift-tools-version: 6.2
// Targets stand in the order of the layers: plain values, C boundaries, robot side, desk side.
// A dependency that is not listed here is a fault; Tests/BoundaryTests holds it.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Settings of layer 0, which also compiles for a microcontroller: code that Embedded Swift rejects
/// is an error here as well.
let layer0Settings =
  swiftSettings + [.treatWarning("EmbeddedRestrictions", as: .error)]

/// The folder into which `sim/setup.sh` unpacks MuJoCo.
let mujocoLibraries = "\(Context.packageDirectory)/.mujoco/lib"
/// The folders in which a program searches for MuJoCo.
///
/// The first two are relative to the program, below `.build` and below a folder in it
/// (`--scratch-path .build/NAME`), so that a checkout may be moved; the last is that of the build.
let mujocoRunPaths = [
  "$ORIGIN/../../../.mujoco/lib", "$ORIGIN/../../../../.mujoco/lib", mujocoLibraries,
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
  exclude: [String] = [], embedding: [String] = [], settings: [SwiftSetting] = swiftSettings
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, exclude: exclude,
    resources: embedding.map { .embedInCode($0) }, swiftSettings: settings)
}

func command(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [
      .product(name: "ArgumentParser", package: "swift-argument-parser")
    ],
    swiftSettings: swiftSettings)
}

func tests(_ module: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(module)Tests", dependencies: dependencies, swiftSettings: swiftSettings)
}

let layer0: [Target] = [
  module("WireProtocol", settings: layer0Settings),
  module("RobotDescription", settings: layer0Settings),
  // Boards run the Swift source alone.
  module(
    "PolicyNetwork",
    [
      "RobotDescription", "WireProtocol",
      .target(name: "CLayerKernel", condition: .when(platforms: [.linux, .macOS])),
    ], settings: layer0Settings),
]

let cBoundaries: [Target] = [
  .target(name: "CSerialPort", linkerSettings: [.linkedLibrary("serialport")]),
  .target(
    name: "CMuJoCo",
    linkerSettings: [
      .linkedLibrary("mujoco"),
      .unsafeFlags(
        ["-L\(mujocoLibraries)"]
          + mujocoRunPaths.flatMap { ["-Xlinker", "-rpath", "-Xlinker", $0] }),
    ]),
  .target(name: "CBLAS", linkerSettings: [.linkedLibrary("openblas")]),
  .target(name: "CRealtime"),
  .target(name: "CTerminal"),
  .target(name: "CLayerKernel"),
]

let robotSide: [Target] = [
  module("Realtime", ["CRealtime"]),
  module("SerialLink", ["CSerialPort", "CTerminal", "Realtime"]),
  module("ServoDrivers", ["WireProtocol", "RobotDescription", "SerialLink", "Realtime"]),
  module("Telemetry", ["WireProtocol", "RobotDescription", "Realtime"]),
  module(
    "RobotControl",
    [
      "ServoDrivers", "PolicyNetwork", "RobotDescription", "WireProtocol", "Telemetry", "Realtime",
    ]),
  module("Settings", [.product(name: "Yams", package: "Yams")]),
  module(
    "RobotFiles",
    ["WireProtocol", "RobotDescription", "Settings"]),
  module(
    "CommandSupport",
    [
      "RobotDescription", "Realtime",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  command(
    "tarsus",
    [
      "WireProtocol", "RobotDescription", "PolicyNetwork", "Realtime", "SerialLink",
      "ServoDrivers", "Telemetry", "RobotControl", "Settings", "RobotFiles", "CommandSupport",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
]

let deskSide: [Target] = [
  module("Physics", ["CMuJoCo"]),
  module("ParallelArrays", ["Realtime"]),
  module("Locomotion", ["Physics", "RobotDescription", "ParallelArrays", "Settings"]),
  module(
    "Training",
    [
      "Locomotion", "PolicyNetwork", "RobotDescription", "WireProtocol", "ParallelArrays",
      "Realtime", "Settings", "CBLAS",
    ]),
  module(
    "Exchange", [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
    exclude: ["tensorboard.proto"]),
  module(
    "Viewer", ["Physics"],
    embedding: ["page.html", "page.css", "scene.js", "charts.js", "page.js"].map { "Page/\($0)" }),
  module(
    "Loopback",
    ["WireProtocol", "RobotDescription", "Physics", "ParallelArrays", "CTerminal", "Realtime"],
    path: "sim/Loopback"),
  command(
    "tarsus-lab",
    [
      "WireProtocol", "RobotDescription", "PolicyNetwork", "Settings", "RobotFiles",
      "CommandSupport", "Realtime", "SerialLink",
      "ServoDrivers", "RobotControl", "Physics", "Locomotion", "Training", "Exchange", "Viewer",
      "Loopback", .product(name: "Yams", package: "Yams"),
    ]),
]

let testTargets: [Target] = [
  // The truth about allocation: a counter on malloc, per thread.
  .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
  .target(
    name: "SeededRandomness", dependencies: ["ParallelArrays"], path: "Tests/SeededRandomness",
    swiftSettings: swiftSettings),
  .target(
    name: "PolicySamples", dependencies: ["PolicyNetwork", "RobotDescription"],
    path: "Tests/PolicySamples",
    swiftSettings: swiftSettings),
  tests("WireProtocol", ["WireProtocol", "SeededRandomness"]),
  tests("RobotDescription", ["RobotDescription", "SeededRandomness"]),
  tests(
    "PolicyNetwork",
    [
      "PolicyNetwork", "CLayerKernel", "RobotDescription", "WireProtocol", "SeededRandomness",
      "CAllocationCounter",
    ]),
  // Makes the real libserialport take pseudo terminals, so that tests need no device.
  .target(name: "CSerialInterposer", path: "Tests/CSerialInterposer"),
  tests("Realtime", ["Realtime", "CommandSupport"]),
  tests(
    "SerialLink",
    ["SerialLink", "CTerminal", "Realtime", "CSerialInterposer", "CAllocationCounter"]),
  tests("Settings", ["Settings", "SeededRandomness", .product(name: "Yams", package: "Yams")]),
  tests(
    "RobotFiles",
    ["RobotFiles", "Settings", "WireProtocol", "RobotDescription", "SeededRandomness"]),
  tests(
    "Telemetry",
    [
      "Telemetry", "WireProtocol", "RobotDescription", "Realtime", "SeededRandomness",
      "CAllocationCounter",
    ]),
  tests(
    "RobotControl",
    [
      "RobotControl", "ServoDrivers", "SerialLink", "PolicyNetwork", "RobotDescription",
      "Telemetry", "WireProtocol", "Realtime", "SeededRandomness", "PolicySamples",
      "CAllocationCounter",
    ]),
  .testTarget(
    name: "TarsusTests",
    dependencies: [
      "tarsus", "RobotControl", "RobotDescription", "SerialLink", "Realtime", "Telemetry",
      "SeededRandomness", .product(name: "Crypto", package: "swift-crypto"),
    ],
    swiftSettings: swiftSettings),
  tests("Viewer", ["Viewer", "Physics"]),
  .testTarget(
    name: "TarsusLabTests",
    dependencies: [
      "tarsus-lab", "Training", "PolicyNetwork", "Locomotion", "Settings", "WireProtocol",
      "SeededRandomness",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: swiftSettings),
  tests("Physics", ["Physics", "CMuJoCo", "SeededRandomness"]),
  tests("ParallelArrays", ["ParallelArrays"]),
  tests(
    "Locomotion",
    [
      "Locomotion", "ParallelArrays", "Physics", "RobotFiles", "RobotDescription", "Settings",
      "CAllocationCounter",
    ]),
  tests(
    "Training",
    [
      "Training", "Locomotion", "ParallelArrays", "Physics", "PolicyNetwork", "RobotFiles",
      "RobotDescription", "Settings", "WireProtocol",
    ]),
  tests("Exchange", ["Exchange"]),
  tests(
    "Loopback",
    [
      "Loopback", "CTerminal", "ServoDrivers", "RobotControl", "SerialLink", "Realtime",
      "RobotFiles", "Physics", "Locomotion", "Training", "PolicyNetwork", "RobotDescription",
      "WireProtocol", "Telemetry",
      "SeededRandomness", "PolicySamples", "CAllocationCounter",
    ]),
  tests("Boundary", []),
]

let package = Package(
  name: "tarsus",
  products: [
    .library(name: "WireProtocol", targets: ["WireProtocol"]),
    .library(name: "RobotDescription", targets: ["RobotDescription"]),
    .library(name: "PolicyNetwork", targets: ["PolicyNetwork"]),
    .executable(name: "tarsus", targets: ["tarsus"]),
    .executable(name: "tarsus-lab", targets: ["tarsus-lab"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: layer0 + cBoundaries + robotSide + deskSide + testTargets
)
