public import FileDrops

/// A chain of stages, where its files come from, and what limits it.
public struct Pipeline: Sendable {
    /// The name in its file.
    public let name: String
    /// The configured name of the shop that it serves; empty where it serves none.
    public let shop: String
    /// Where its files are polled; `nil` where they are only given by hand.
    public let source: Source?
    /// What a run is held for.
    public let limits: Limits
    /// How long a row may stay `unknown` before a person must settle it.
    public let unknownAfter: Duration
    /// How long an operation at the shop may last, or a slot for it be waited for, before a person is told.
    public let operationPatience: Duration
    /// Whether a file of which one row is invalid is put aside whole.
    public let quarantinesInvalid: Bool
    /// The stages in their order; the last one delivers and puts the source away.
    public let stages: [any Stage]

    /// Describes a pipeline.
    public init(
        name: String,
        shop: String,
        source: Source?,
        limits: Limits = Limits(),
        unknownAfter: Duration = .seconds(86_400),
        operationPatience: Duration = .seconds(7_200),
        quarantinesInvalid: Bool = false,
        stages: [any Stage]
    ) {
        self.name = name
        self.shop = shop
        self.source = source
        self.limits = limits
        self.unknownAfter = unknownAfter
        self.operationPatience = operationPatience
        self.quarantinesInvalid = quarantinesInvalid
        self.stages = stages
    }

    /// The names of the stages, in their order.
    public var chain: [StageName] { stages.map { type(of: $0).name } }

    /// The media type of its files, which the first stage reads.
    public var sourceMediaType: String? { stages.first.flatMap { type(of: $0).sourceMediaType } }
}

/// Amounts in plain digits of the shop's currency, for which a run is held until a person approves it; `nil` is no limit.
public struct Limits: Sendable, Equatable {
    /// For one card.
    public var card: String?
    /// For the cards of one file.
    public var file: String?
    /// For all cards that were taken for the shop within 24 hours.
    public var day: String?
    /// The only values that a card may have; none allows every value.
    public var denominations: [String]

    /// Describes limits.
    public init(card: String? = nil, file: String? = nil, day: String? = nil, denominations: [String] = []) {
        self.card = card
        self.file = file
        self.day = day
        self.denominations = denominations
    }
}

/// Where a pipeline's files are dropped, and when one counts as finished.
public struct Source: Sendable {
    /// In which order the files of one sweep are taken.
    public enum Order: String, Sendable, CaseIterable {
        /// By the date in the name (`Tue Mar 10 2026 12:39:39 GMT-0700 (PDT)-…`, `2026-03-10-19-40-02-…`), then by modification time.
        case nameDate = "name-date"
        /// By modification time, then by name.
        case modified = "mtime"
        /// By name.
        case name
    }

    /// The drop that the files lie on.
    public let drop: any FileDrop
    /// The directory in the drop; directories below it are not looked into.
    public let directory: DropPath
    /// Which names are its files'.
    public let match: NamePattern
    /// Which names in the same directory are other pipelines' files.
    public let othersHere: [NamePattern]
    /// How far apart the two looks are over which size and modification time stay the same.
    public let settle: Duration
    /// How long a file without its last line break is held to be still growing.
    public let cutGrace: Duration
    /// Whether the last line must end with a line break.
    public let needsFinalLineBreak: Bool
    /// Where a processed file goes.
    public let archive: DropPath
    /// Where a file goes that can't be processed.
    public let quarantine: DropPath
    /// In which order the files of one sweep are taken.
    public let order: Order
    /// A file `‹name›` is finished only when one named `‹name›‹suffix›` is there too.
    public let doneMarker: String?
    /// In bytes; a smaller file is left alone.
    public let minimumSize: Int64
    /// In bytes; a larger file is put aside.
    public let maximumSize: Int64

    /// Describes a source.
    public init(
        drop: any FileDrop,
        directory: DropPath,
        match: NamePattern,
        othersHere: [NamePattern] = [],
        settle: Duration,
        cutGrace: Duration,
        needsFinalLineBreak: Bool,
        archive: DropPath,
        quarantine: DropPath,
        order: Order,
        doneMarker: String?,
        minimumSize: Int64,
        maximumSize: Int64
    ) {
        self.drop = drop
        self.directory = directory
        self.match = match
        self.othersHere = othersHere
        self.settle = settle
        self.cutGrace = cutGrace
        self.needsFinalLineBreak = needsFinalLineBreak
        self.archive = archive
        self.quarantine = quarantine
        self.order = order
        self.doneMarker = doneMarker
        self.minimumSize = minimumSize
        self.maximumSize = maximumSize
    }
}
