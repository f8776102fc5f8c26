import FileDrops
import Testing

@testable import SFTP

@Suite struct SFTPRequestTests {
    @Test func `a request is its length, type, id and fields, names in bytes of UTF-8`() {
        let packet = SFTPRequest.attributesNotFollowing("é").packet(id: 0x0102_0304)
        #expect(packet == [0, 0, 0, 11, 7, 1, 2, 3, 4, 0, 0, 0, 2, 0xC3, 0xA9])
    }

    @Test func `every packet's length is right`() {
        let requests: [SFTPRequest] = [
            .open("a", [.write, .create, .exclusive], mode: nil), .close([1, 2]), .read([1], offset: 5, count: 6),
            .write([1], offset: 1 << 40, [1, 2, 3][...]), .attributesOfHandle([9]),
            .setMode([9], FileMode(bits: 0o640)),
            .attributes("x"), .openDirectory("日本"), .readDirectory([3]), .remove(""), .realPath("."),
            .makeDirectory("d", mode: FileMode(bits: 0o700)), .rename("a", to: "b"), .posixRename("a", to: "b"),
            .fsync([1]), .limits, .space("/"),
        ]
        for request in requests {
            let packet = request.packet(id: 1)
            let length = packet[..<4].reduce(0) { $0 << 8 | Int($1) }
            #expect(length == packet.count - 4, "\(request)")
        }
    }

    @Test func `a mode is sent alone, and no mode as no attribute`() {
        #expect(SFTPAttributes.bytes(mode: nil) == [0, 0, 0, 0])
        #expect(SFTPAttributes.bytes(mode: FileMode(bits: 0o640)) == [0, 0, 0, 4, 0, 0, 0x01, 0xA0])
    }
}
