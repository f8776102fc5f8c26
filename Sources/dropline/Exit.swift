import ArgumentParser
import Assembly
import Commerce
import Foundation
import Ledgers
import Pipelines
import Runner

/// How a command ends; the codes are those of sysexits(3) where it has one.
enum Exit: Int32, Comparable {
    case done = 0
    case needsPerson = 1
    case unreadableInput = 65
    case unreachable = 69
    case internalFault = 70
    case configuration = 78

    /// Where several hold: 70, 78, 69, 65, then 1.
    static func < (left: Exit, right: Exit) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .done: 0
        case .needsPerson: 1
        case .unreadableInput: 2
        case .unreachable: 3
        case .configuration: 4
        case .internalFault: 5
        }
    }

    /// The end that a fault brings.
    init(_ side: FaultSide) {
        switch side {
        case .remote: self = .unreachable
        case .input: self = .unreadableInput
        case .configuration: self = .configuration
        case .local: self = .internalFault
        }
    }

    /// The end of a sweep: faults by their side, and runs that a person should look at.
    init(_ reports: [SweepReport], runs: [Run]) {
        var exit = reports.flatMap(\.faults).map { $0.side == .input ? .needsPerson : Exit($0.side) }.max() ?? .done
        if runs.contains(where: { $0.attention != nil }) || reports.contains(where: { !$0.untakable.isEmpty }) {
            exit = max(exit, .needsPerson)
        }
        self = exit
    }
}

/// Runs a command's body; prints what goes wrong on standard error, and ends the process with the code for it.
func exiting(_ body: () async throws -> Exit) async throws {
    let exit: Exit
    do {
        exit = try await body()
    } catch let error as ConfigurationProblems {
        for problem in error.problems { complain("\(problem)") }
        exit = .configuration
    } catch let error
        where error is UnknownPipeline || error is UnknownDrop || error is UnknownStage || error is OutputFolderError
    {
        throw ValidationError("\(error)".shown)
    } catch let error as Refusal {
        complain("error: \(error)")
        switch error.kind {
        case .wrongUsage: throw ExitCode.validationFailure
        case .notNow: exit = .needsPerson
        case .misconfigured: exit = .configuration
        }
    } catch let error as any ClassifiedError {
        complain("error: \(error)")
        exit = Exit(error.side)
    } catch let error where error is ExitCode || error is ValidationError || error is CancellationError {
        throw error
    } catch {
        complain("error: \(error)")
        exit = .internalFault
    }
    if exit != .done { throw ExitCode(exit.rawValue) }
}

/// Prints a line on standard error, after what was printed on standard output before; nothing in it acts on a terminal or begins another line.
func complain(_ line: String) {
    fflush(nil)
    FileHandle.standardError.write(Data((line.shown + "\n").utf8))
}
