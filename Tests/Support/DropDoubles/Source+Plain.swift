public import FileDrops
public import Pipelines

extension Source {
    /// The files of `in` whose names match, taken at the first look and put into `in/archive` or `in/error`: for tests that are about something else.
    public static func plain(on drop: any FileDrop, match: NamePattern = NamePattern("*.csv")) throws -> Source {
        Source(
            drop: drop,
            directory: try DropPath("in"),
            match: match,
            settle: .zero,
            cutGrace: .zero,
            needsFinalLineBreak: true,
            archive: try DropPath("in/archive"),
            quarantine: try DropPath("in/error"),
            order: .name,
            doneMarker: nil,
            minimumSize: 0,
            maximumSize: 1_000
        )
    }
}
