// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "dropline",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "dropline", targets: ["dropline"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/pointfreeco/swift-custom-dump", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // 1: values
        .target(name: "Commerce"),
        .target(name: "Records"),

        // 2: ports
        .target(name: "FileDrops", dependencies: ["Commerce", "Records"]),
        .target(name: "Ledgers", dependencies: ["Commerce"]),
        .systemLibrary(name: "CProcessControl"),
        .target(
            name: "Sealing",
            dependencies: [
                "CProcessControl", "Commerce", "Records", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),

        .target(
            name: "HTTPS",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),

        // 3: the contract of a stage
        .target(
            name: "Pipelines",
            dependencies: [
                "Commerce", "FileDrops", "Ledgers", "Records", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // 4: adapters and partners
        .target(
            name: "SQLiteLedger",
            dependencies: ["Commerce", "Ledgers", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
        .target(name: "SFTP", dependencies: ["CLibSSH2", "Commerce", "FileDrops", "Sealing"]),
        .target(name: "NetSuite", dependencies: ["Commerce", "Records"]),
        .target(name: "Feeds", dependencies: ["Commerce", "Records"]),
        .target(
            name: "Shopify",
            dependencies: [
                "Commerce", "HTTPS", "Ledgers", "Records", "Sealing",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.embedInCode("Documents")]
        ),

        // 5: stages
        .stage("PollStage"),
        .stage("ActivationFeedStage", partners: ["Feeds", "NetSuite", "Shopify"]),
        .stage("BulkFileStage", partners: ["Feeds", "Shopify"]),
        .stage("BulkImportStage", partners: ["Shopify"]),
        .stage("ReconcileStage", partners: ["Feeds", "NetSuite", "Shopify"]),
        .stage("DeliverStage"),

        // 6: the runner
        .target(
            name: "Runner",
            dependencies: [
                "Commerce", "FileDrops", "Ledgers", "Pipelines", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // 7: what tells people
        .target(
            name: "Alerts",
            dependencies: [
                "Commerce", "HTTPS", "Ledgers", "Pipelines", "Runner", "Sealing",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),

        // 8: assembly and surfaces
        .target(
            name: "Assembly",
            dependencies: [
                "Alerts", "Commerce", "FileDrops", "Ledgers", "NetSuite", "Pipelines", "Records", "Runner",
                "SQLiteLedger", "Sealing", "Shopify",
                "ActivationFeedStage", "BulkFileStage", "BulkImportStage", "DeliverStage", "PollStage",
                "ReconcileStage", "SFTP",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(
            name: "ShopifySandbox",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "Web",
            dependencies: [
                "Commerce", "FileDrops", "Ledgers", "Pipelines", "Runner", "Sealing",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Templates"), .embedInCode("Static")]
        ),
        .executableTarget(
            name: "dropline",
            dependencies: [
                "Alerts", "Assembly", "Commerce", "FileDrops", "Ledgers", "Pipelines", "Records", "Runner", "SFTP",
                "Sealing", "ShopifySandbox", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // Tests
        .testTarget(name: "CommerceTests", dependencies: ["Commerce", "SeededRandom"]),
        .testTarget(
            name: "ShopifySandboxTests",
            dependencies: ["ShopifySandbox", .product(name: "Logging", package: "swift-log")]
        ),
        .target(name: "SeededRandom", path: "Tests/Support/SeededRandom"),
        .target(name: "Fuzzing", dependencies: ["SeededRandom"], path: "Tests/Support/Fuzzing"),
        .testTarget(name: "RecordsTests", dependencies: ["Fuzzing", "Records", "SeededRandom"], exclude: ["Corpus"]),
        .testTarget(name: "FeedsTests", dependencies: ["Commerce", "Feeds", "Records", "SeededRandom"]),
        .testTarget(name: "NetSuiteTests", dependencies: ["NetSuite", "Records"]),
        .target(
            name: "LedgerConformance",
            dependencies: ["Ledgers"],
            path: "Tests/Conformance/LedgerConformance"
        ),
        .testTarget(name: "LedgersTests", dependencies: ["Commerce", "Ledgers", "SQLiteLedger", "SeededRandom"]),
        .testTarget(
            name: "SQLiteLedgerTests",
            dependencies: [
                "LedgerConformance", "Ledgers", "SQLiteLedger", .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "PipelinesTests",
            dependencies: [
                "Commerce", "Ledgers", "Pipelines", "SQLiteLedger", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "PollStageTests",
            dependencies: [
                "DropDoubles", "FileDrops", "Ledgers", "Pipelines", "PollStage", "SQLiteLedger", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "FileDropConformance",
            dependencies: ["Commerce", "FileDrops"],
            path: "Tests/Conformance/FileDropConformance"
        ),
        .target(
            name: "SSHServers",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support/SSHServers",
            resources: [
                .embedInCode("serving.py"), .embedInCode("asyncssh_server.py"), .embedInCode("lying_server.py"),
            ]
        ),
        .testTarget(
            name: "SSHServersTests",
            dependencies: [
                "SSHServers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .testTarget(
            name: "SFTPTests",
            dependencies: [
                "Commerce", "FileDropConformance", "FileDrops", "Fuzzing", "SFTP", "SSHServers", "Sealing",
                "SeededRandom",
            ],
            exclude: ["Corpus"]
        ),
        .target(name: "DropDoubles", dependencies: ["FileDrops", "Pipelines"], path: "Tests/Support/DropDoubles"),
        .testTarget(
            name: "FileDropsTests",
            dependencies: ["Commerce", "DropDoubles", "FileDropConformance", "FileDrops"]
        ),
        .testTarget(
            name: "DeliverStageTests",
            dependencies: [
                "Commerce", "DeliverStage", "DropDoubles", "FileDrops", "Ledgers", "Pipelines", "SQLiteLedger",
                "Sealing", .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "RunnerTests",
            dependencies: [
                "DropDoubles", "FileDrops", "Ledgers", "Pipelines", "Runner", "SQLiteLedger", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "RotationTests",
            dependencies: [
                "FileDrops", "Ledgers", "Pipelines", "Runner", "SQLiteLedger", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "SealingTests",
            dependencies: [
                "CProcessControl", "Commerce", "Records", "Sealing", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CustomDump", package: "swift-custom-dump"),
            ]
        ),
        .target(
            name: "CommandSupport",
            dependencies: [
                "SSHServers",
                .product(name: "CustomDump", package: "swift-custom-dump"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support/CommandSupport"
        ),
        .target(
            name: "WebServers",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support/WebServers"
        ),
        .testTarget(
            name: "AlertsTests",
            dependencies: [
                "Alerts", "HTTPS", "Ledgers", "Pipelines", "Runner", "SQLiteLedger", "SSHServers", "Sealing",
                "WebServers",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.embedInCode("smtp_server.py")]
        ),
        .testTarget(
            name: "HTTPSTests",
            dependencies: [
                "HTTPS", "SSHServers", "WebServers",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["CommandSupport", "SSHServers", "Sealing", "dropline"],
            exclude: ["digests.txt"]
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "CommandSupport", "Ledgers", "SQLiteLedger", "SSHServers", "WebServers", "dropline",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CommandSupport", "SSHServers", "SeededRandom", "dropline",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Commerce", "FileDrops", "Ledgers", "Pipelines", "Runner", "SQLiteLedger", "Sealing", "Web",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
        .testTarget(
            name: "AssemblyTests",
            dependencies: [
                "Assembly", "DropDoubles", "FileDrops", "Fuzzing", "Runner", "SFTP", "Sealing", "SeededRandom",
            ],
            exclude: ["Corpus"]
        ),
        .testTarget(
            name: "ShopifyTests",
            dependencies: [
                "Commerce", "Fuzzing", "HTTPS", "Records", "SSHServers", "Sealing", "SeededRandom", "Shopify",
                "WebServers",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Corpus"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

extension Target {
    /// A stage: it may import values, ports and the contract, and the partners between which it converts.
    static func stage(_ name: String, partners: [Target.Dependency] = []) -> Target {
        .target(
            name: name,
            dependencies: [
                "Commerce", "FileDrops", "Ledgers", "Pipelines", "Records", "Sealing",
                .product(name: "Logging", package: "swift-log"),
            ] + partners,
            path: "Sources/Stages/\(name)"
        )
    }
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
        .treatWarning("DeprecatedDeclaration", as: .warning),
        .unsafeFlags(["-require-explicit-sendable"]),
    ]
}
