import CommandSupport
import Foundation
import Sealing
import Testing

/// What comes out of the samples is held byte for byte by the cases; this holds the cases.
@Suite struct CaseDigestTests {
    /// `digests.txt` is what `sha256sum` said of the files in `pipelines` and `samples` before the ground was made general for other kinds of things than
    /// gift cards: none of them changes by that.
    @Test func `every pipeline, case and sample is what it was before the ground became general`() throws {
        let list = try String(
            contentsOfFile: PipelineCase.repository + "/Tests/PipelineTests/digests.txt",
            encoding: .utf8
        )
        let changed = try list.split(separator: "\n").filter { line in
            let (digest, path) = (line.prefix(64), line.dropFirst(66))
            let file = URL(fileURLWithPath: PipelineCase.repository + "/" + path)
            return try SHA256Digest(of: Array(Data(contentsOf: file))).hex != digest
        }
        expectSame(changed.map(String.init), [])
    }
}
