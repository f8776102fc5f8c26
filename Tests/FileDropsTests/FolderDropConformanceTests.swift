import DropDoubles
import FileDropConformance
import Testing

@testable import FileDrops

@Suite struct FolderDropConformanceTests {
    @Test(arguments: FileDropConformance.checks)
    func `a folder does what every drop must`(_ check: Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run { [path = folder.path] in try FolderDrop(name: "local", root: path) }
    }

    @Test(arguments: FileDropConformance.checks)
    func `a folder without renames that take flags does it too`(_ check: Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run { [path = folder.path] in
            try FolderDrop(name: "local", root: path, staging: FolderDrop.defaultStaging, renamesWithFlags: false)
        }
    }

    @Test(arguments: FileDropConformance.checks)
    func `a drop that can't replace in one step does all else`(_ check: Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run { [path = folder.path] in DropWithoutReplace(try FolderDrop(name: "local", root: path)) }
    }
}
