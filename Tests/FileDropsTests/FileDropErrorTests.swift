import Commerce
import Glibc
import Testing

@testable import FileDrops

@Suite struct FileDropErrorTests {
    @Test(arguments: FileDropError.Code.allCases)
    func `every code says why and what to do, in one line`(_ code: FileDropError.Code) {
        let error = FileDropError(code, doing: "listing", path: "in", drop: "netsuite", cause: .errno(13))
        let text = error.description
        #expect(text.hasPrefix("listing in on drop netsuite: \(code.words) (errno 13"))
        #expect(text.hasSuffix("; " + code.advice))
        #expect(!text.contains("\n"))
        #expect(error.codeName == code.rawValue)
        #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "-" })
    }

    @Test func `codes are told apart by their words`() {
        #expect(Set(FileDropError.Code.allCases.map(\.words)).count == FileDropError.Code.allCases.count)
    }

    @Test func `a server's words can't forge a line`() {
        let error = FileDropError(.io, doing: "reading", cause: .server(code: 4, words: "x\n2026 INFO all is well"))
        #expect(error.description.contains("server status 4, x\\n2026"))
    }

    @Test(arguments: [
        (ENOENT, FileDropError.Code.notFound), (EEXIST, .exists), (EACCES, .permissionDenied),
        (EPERM, .permissionDenied), (ENOSPC, .noSpace), (EDQUOT, .noSpace), (EROFS, .readOnly),
        (ENAMETOOLONG, .nameRefused), (EXDEV, .notSupported), (ESTALE, .connectionLost), (ETIMEDOUT, .timedOut),
        (EIO, .io), (9999, .io),
    ])
    func `Linux's numbers have their codes`(_ number: Int32, _ code: FileDropError.Code) {
        #expect(FileDropError.Code(errno: number) == code)
    }

    @Test func `what may pass is tried again, and what needs a person is not`() {
        for code in [FileDropError.Code.noSpace, .unreachable, .timedOut, .connectionLost, .io] {
            #expect(FileDropError(code, doing: "listing").disposition == .retry())
        }
        for code in [
            FileDropError.Code.permissionDenied, .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .loginRefused,
            .loginUnusable, .readOnly,
        ] {
            #expect(FileDropError(code, doing: "listing").disposition == .stop)
        }
        let own = FileDropError(.io, doing: "x", disposition: .retry(after: .seconds(5)))
        #expect(own.disposition == .retry(after: .seconds(5)))
    }

    @Test(arguments: FileDropError.Code.allCases)
    func `what the configuration names wrongly is its fault, all else the drop's`(_ code: FileDropError.Code) {
        let ours: Set<FileDropError.Code> = [.outsideRoot, .nameRefused, .knownHostsUnusable, .loginUnusable]
        #expect(FileDropError(code, doing: "listing").side == (ours.contains(code) ? .configuration : .remote))
    }

    @Test func `an unknown host key is told with the command that shows it, a revoked one with a warning`() {
        #expect(FileDropError(.hostKeyUnknown, doing: "connecting").description.contains("`dropline host-key`"))
        #expect(FileDropError(.hostKeyRevoked, doing: "connecting").description.contains("don't connect"))
        #expect(FileDropError(.hostKeyRevoked, doing: "connecting").codeName == "host-key-revoked")
    }
}
