import Ledgers
public import Pipelines

/// Ends a pipeline that ends with the activation feed: decides on rows that wait for another run, and writes results and rejects.
///
/// If rows are free to be activated after all, a new attempt begins, with a feed of its own.
public struct ReportStage: Stage {
    /// `report`; it stands before `deliver` where no shop is called, and is not named in the pipeline's file.
    public static let name: StageName = "report"

    /// What the pipeline's files are.
    public let form: SourceForm
    private let beginning: StageName

    /// Makes the stage; `beginning` is the one at which a new attempt begins.
    public init(form: SourceForm, beginning: StageName) {
        self.form = form
        self.beginning = beginning
    }

    /// Settles every row as far as it can be settled now.
    public func run(_ input: StageInput, in context: StageContext) async throws -> StageOutput {
        try await context.decideAgain(on: input.run)
        let tallies = try await context.read { [run = input.run] in try $0.tallies(of: run.id) }
        if let planned = tallies.first(where: { $0.status == .planned }) {
            return try await context.commit(
                .again(from: beginning, "\(planned.rows) rows are to be put in a feed")
            )
        }
        return try await context.commitReports(input, form)
    }
}
