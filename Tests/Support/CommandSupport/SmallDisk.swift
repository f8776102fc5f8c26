import Foundation
import Subprocess

/// A file system of a few megabytes over a folder, which only those see who are started by `entering`; it leaves no mount behind.
public struct SmallDisk: Sendable {
    /// What stands before a command that is to see it.
    public let entering: [String]
    /// The folder as those see it who are inside.
    public let folder: String
    /// The same folder as this process sees it.
    public let seen: String

    private var filler: String { seen + "/filler" }

    /// Fills it but for some bytes.
    public func fill(leaving bytes: Int = 0) throws {
        let page = [UInt8](repeating: 0x2E, count: 4096)
        let file = open(filler, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        guard file >= 0 else { throw SupportError("can't fill \(filler): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var written = 0
        while write(file, page, page.count) == page.count { written += page.count }
        guard errno == ENOSPC else { throw SupportError("\(filler): \(String(cString: strerror(errno)))") }
        guard bytes == 0 || ftruncate(file, off_t(max(0, written - bytes))) == 0 else {
            throw SupportError("can't cut \(filler)")
        }
    }

    /// Makes space again.
    public func free() throws { try FileManager.default.removeItem(atPath: filler) }

    /// Copies what is on it into the folder that it hides, for everybody to see.
    public func copyOut() async throws {
        let copied = try await run(
            .name("cp"),
            arguments: ["-a", seen + "/.", folder],
            output: .discarded,
            error: .string(limit: 10_000)
        )
        guard copied.terminationStatus.isSuccess else { throw SupportError("cp: \(copied.standardError)") }
    }
}

/// Lends a small disk over a folder, which must exist; it is gone with all that is on it behind the body.
///
/// Its namespace belongs to a process that ends when this one does. Whoever isn't root gets a user namespace too.
public func withSmallDisk<Value: Sendable>(
    over folder: String,
    megabytes: Int = 6,
    _ body: (SmallDisk) async throws -> Value
) async throws -> Value {
    let isRoot = geteuid() == 0
    let script = "mount -t tmpfs -o size=\"$1\",mode=755 tmpfs \"$0\" && echo ready && exec cat"
    let ended = try await run(
        .name("unshare"),
        arguments: Arguments([isRoot ? "-m" : "-Urm", "sh", "-c", script, folder, "\(megabytes)m"]),
        input: .inputWriter,
        output: .sequence,
        error: .combinedWithOutput
    ) { execution in
        let result: Result<Value, any Error>
        do {
            var said: [String] = []
            for try await line in execution.standardOutput.strings() {
                said.append(line)
                if line.contains("ready") { break }
            }
            guard said.last?.contains("ready") == true else {
                throw SupportError("no small disk over \(folder): \(said)")
            }
            let holder = execution.processIdentifier.value
            let options = isRoot ? ["-m"] : ["-U", "--preserve-credentials", "-m"]
            let disk = SmallDisk(
                entering: ["nsenter", "-t", "\(holder)"] + options + ["--"],
                folder: folder,
                seen: "/proc/\(holder)/root" + folder
            )
            result = .success(try await body(disk))
        } catch {
            result = .failure(error)
        }
        try? execution.send(signal: .kill)
        return result
    }
    return try ended.closureResult.get()
}
