// swift-tools-version: 6.2
// The board's firmware, for the STM32F405 alone: `./build.sh` builds it, a plain `swift build` for
// the host has no use.
import PackageDescription

let package = Package(
  name: "tarsus-firmware",
  dependencies: [.package(name: "tarsus", path: "..")],
  targets: [
    .target(name: "CStartup"),
    .executableTarget(
      name: "TarsusFirmware",
      dependencies: [
        "CStartup",
        .product(name: "WireProtocol", package: "tarsus"),
        // Not used before the board runs a policy, but all of Layer 0 has to compile for it.
        .product(name: "RobotDescription", package: "tarsus"),
        .product(name: "PolicyNetwork", package: "tarsus"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]),
  ]
)
