import Testing

@testable import SFTP

/// What a server offers, read out of the first that it sends.
struct KeyExchangeOfferTests {
    private func packet(_ lists: [String], type: UInt8 = 20) -> [UInt8] {
        var payload: [UInt8] = [type] + [UInt8](repeating: 7, count: 16)
        for list in lists { payload.appendField(list) }
        payload += [0, 0, 0, 0, 0]
        var packet: [UInt8] = []
        packet.appendInteger(UInt32(payload.count + 1 + 4))
        packet += [4] + payload + [1, 2, 3, 4]
        return packet
    }

    private let lists = [
        "kex-a,kex-b", "ssh-ed25519", "aes-c", "aes-d", "mac-e", "mac-f,mac-g", "none", "none", "", "",
    ]

    @Test(arguments: ["SSH-2.0-x\r\n", "SSH-2.0-x\n", "Be welcome\r\nto our server\r\nSSH-2.0-x y\r\n"])
    func `the lists are read, whatever stands before them`(_ banner: String) throws {
        let offer = try #require(KeyExchangeOffer(in: Array(banner.utf8) + packet(lists) + [9, 9]))
        #expect(offer[.keyExchange] == ["kex-a", "kex-b"] && offer[.hostKey] == ["ssh-ed25519"])
        #expect(offer[.cipherToServer] == ["aes-c"] && offer[.cipherToClient] == ["aes-d"])
        #expect(offer[.macToServer] == ["mac-e"] && offer[.macToClient] == ["mac-f", "mac-g"])
    }

    @Test func `what is cut, too long or something else is no offer`() {
        let whole = Array("SSH-2.0-x\r\n".utf8) + packet(lists)
        for length in 0..<whole.count - 14 { #expect(KeyExchangeOffer(in: Array(whole.prefix(length))) == nil) }
        #expect(KeyExchangeOffer(in: Array("SSH-2.0-x\r\n".utf8) + packet(lists, type: 21)) == nil)
        #expect(KeyExchangeOffer(in: Array("SSH-2.0-x\r\n".utf8) + [255, 255, 255, 255, 4] + packet(lists)) == nil)
        #expect(KeyExchangeOffer(in: Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) == nil)
    }
}
