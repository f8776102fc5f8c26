import Foundation
import Testing

@testable import Sealing

/// What processes leave that die while they write a sealed file.
@Suite struct UnfinishedFileTests {
    @Test func `what a killed process was writing is removed, what is still being written stays and becomes whole`()
        throws
    {
        let folder = try SealingFolder()
        let keyring = try Keyring.create(.random())
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder.path(".part-dead")))
        try Data("other".utf8).write(to: URL(fileURLWithPath: folder.path("part-of-something")))
        let place = SealedPlace(root: folder.path("."), path: "whole.sealed", installation: "test")
        let writer = try SealedFileWriter(place, keyring: keyring)
        try writer.write([1, 2, 3])
        #expect(UnfinishedFiles.remove(in: folder.path(".")) == 1)
        let names = try folder.names()
        #expect(!names.contains(".part-dead") && names.contains("part-of-something"), "\(names)")
        _ = try writer.finish()
        #expect(UnfinishedFiles.remove(in: folder.path(".")) == 0)
        let read = try SealedFileReader(unrecorded: place, keyring: keyring).next()
        #expect(read == [1, 2, 3])
    }

    @Test func `a folder that isn't there has none, and a link is not followed`() throws {
        let folder = try SealingFolder()
        #expect(UnfinishedFiles.remove(in: folder.path("missing")) == 0)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path("target")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(".part-link"),
            withDestinationPath: folder.path("target")
        )
        #expect(UnfinishedFiles.remove(in: folder.path(".")) == 0)
        #expect(try folder.names().contains("target"))
    }
}
