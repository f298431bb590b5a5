// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Imports run one way: Remediation <- Ledger <- Tracker <- Web <- sopwright, and Remediation, CGit2 <- Handbook <- Tracker.
// The build enforces it: `make walls`, and so `make test`, passes --explicit-target-dependency-import-check error.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What the targets of the fuzzer are made of, under libFuzzer and in the tests.
let fuzzed: [Target.Dependency] = [
  "Judge", "Tracker", "Handbook", "Ledger", "Remediation", .product(name: "GRDB", package: "GRDB.swift"),
]

let package = Package(
  name: "sopwright",
  products: [
    .executable(name: "sopwright", targets: ["sopwright"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: ["FullFoundation"]),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    // What Hummingbird is made of, at the versions that it asks for.
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
  ],
  targets: [
    // The rules: what an exception, an item, an SOP change are and what may happen to them. No I/O, no clock, no randomness.
    .target(name: "Remediation", swiftSettings: strict),

    // The one SQLite call that Swift cannot make (variadic).
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),

    // The record: events in a hash tree, evidence in batches, read models beside them, in one SQLite file.
    .target(
      name: "Ledger",
      dependencies: [
        "Remediation", "CSQLite",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),

    // libgit2 as a module, and the calls of it that Swift cannot make (variadic ones).
    .target(name: "CGit2", linkerSettings: [.linkedLibrary("git2"), .linkedLibrary("z")]),

    // md4c as a module.
    .systemLibrary(name: "CMarkdown", pkgConfig: "md4c", providers: [.apt(["libmd4c-dev"])]),

    // SOPs: Markdown with front matter, kept as versions in a bare git repository.
    .target(
      name: "Handbook",
      dependencies: [
        "Remediation", "CGit2", "CMarkdown",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("Hook/pre-receive")],
      swiftSettings: strict),

    // What people do with it, one use case a file. The only place where Ledger and Handbook meet.
    .target(
      name: "Tracker",
      dependencies: [
        "Remediation", "Ledger", "Handbook",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      resources: [
        .embedInCode("Starter/sop"), .embedInCode("Starter/taxonomy"), .embedInCode("Audit/Pack/README.md"),
        .embedInCode("Account/common-passwords.txt"),
      ],
      swiftSettings: strict),

    // The web app: routes, pages, and the same as JSON. The only place that knows HTTP.
    .target(
      name: "Web",
      dependencies: [
        "Remediation", "Ledger", "Tracker",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      resources: [
        .embedInCode("Assets/sopwright.css"), .embedInCode("Assets/sopwright.js"),
        .embedInCode("Assets/icon.svg"),
      ],
      swiftSettings: strict),

    // The command line: parse, call Tracker, print.
    .executableTarget(
      name: "sopwright",
      dependencies: [
        "Remediation", "Ledger", "Tracker", "Web",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .testTarget(
      name: "RemediationTests", dependencies: ["Remediation"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "LedgerTests",
      dependencies: ["Ledger", "Remediation", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: strict),
    // What the HTML of an SOP promises, looked up in it.
    .target(name: "Judge", dependencies: ["Handbook"], path: "Tests/Judge", swiftSettings: strict),
    .testTarget(
      name: "HandbookTests", dependencies: ["Handbook", "Judge", "Remediation"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "TrackerTests", dependencies: ["Tracker", "Handbook", "Ledger", "Remediation"], swiftSettings: strict),
    // The web app over HTTP, as browsers and scripts use it.
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Web", "Tracker", "Handbook", "Ledger", "Remediation", "sopwright",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ], exclude: ["Fixtures"], swiftSettings: strict),
    // The command line as a process, the way that people and scripts use it; also the commands of the documents.
    .testTarget(
      name: "CommandLineTests", dependencies: ["Remediation", "sopwright", "torture"], swiftSettings: strict),

    // What the fuzzer found, and its seeds, given to the parsers of foreign bytes again.
    .testTarget(
      name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Seeds", "Fuzz.swift"],
      swiftSettings: strict),

    // Faults, done from outside to the built program: kills, errors, full disks, power cuts, crowds. One row compares random sequences
    // of use cases with a model, in process. make torture
    .executableTarget(
      name: "torture",
      dependencies: [
        "Tracker", "Handbook", "Ledger", "Remediation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Torture", swiftSettings: strict),

    // Measures against floors in the same run: swift run -c release benchmarks
    .executableTarget(
      name: "benchmarks", dependencies: ["Tracker", "Handbook", "Ledger", "Remediation", "CGit2", "CSQLite"],
      path: "Tests/Benchmarks", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzzer, which is no part of an ordinary build: `make fuzz` names libFuzzer's library in one variable, and in the other the
// modules whose branches it is to see.
if let library = Context.environment["SOPWRIGHT_FUZZER"] {
  let modules = Context.environment["SOPWRIGHT_FUZZED"]?.split(separator: " ").map(String.init) ?? []
  for target in package.targets where modules.contains(target.name) {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer"]))
  }
  package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
  package.targets.removeAll { $0.name == "FuzzTests" }  // one folder belongs to one target
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Seeds", "ReplayTests.swift"],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags([library]), .linkedLibrary("stdc++")]))
}
