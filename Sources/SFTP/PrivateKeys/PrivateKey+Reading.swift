import FoundationEssentials

extension PrivateKey {
    /// Recognises a key in what was given.
    ///
    /// - Parameters:
    ///   - given: the content of the file, or the text.
    ///   - path: the file, for messages.
    init(reading given: [UInt8], path: String?) {
        let text = Self.withLineBreaks(given)
        guard let block = PEMBlock.find(in: text) else {
            self.init(foreign: text, path: path)
            return
        }
        switch block.label {
        case "OPENSSH PRIVATE KEY":
            let key = block.data.flatMap(OpenSSHKey.init)
            self.init(
                bytes: block.text,
                path: path,
                format: key.map { $0.count == 1 ? .openSSH : .other(.severalKeys) } ?? .other(.damaged),
                type: key?.type,
                fingerprint: key.map { HostKey.fingerprint(of: $0.publicKey) },
                cipher: key?.cipher == "none" ? nil : key?.cipher,
                kdf: key?.kdf == "none" ? nil : key?.kdf,
                isEncrypted: key.map { $0.cipher != "none" } ?? false
            )
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
            // OpenSSL's way to encrypt: `DEK-Info: AES-128-CBC,` and the initial vector (RFC 1421, section 4.6.1.3).
            let encryption = block.header("DEK-Info")
            let isEncrypted = encryption != nil || block.header("Proc-Type")?.hasSuffix("ENCRYPTED") == true
            let plain = isEncrypted ? nil : block.data
            let type =
                switch block.label {
                case "RSA PRIVATE KEY": "ssh-rsa"
                case "DSA PRIVATE KEY": "ssh-dss"
                default: plain.map(KeyAlgorithm.ofEC) ?? "ecdsa"
                }
            self.init(
                block,
                path: path,
                format: .pem,
                type: type,
                cipher: encryption.flatMap(Self.cipherName),
                isEncrypted: isEncrypted
            )
        case "PRIVATE KEY":
            let type = block.data.flatMap(KeyAlgorithm.ofPKCS8)
            self.init(block, path: path, format: .pkcs8, type: type, cipher: nil, isEncrypted: false)
        case "ENCRYPTED PRIVATE KEY":
            self.init(block, path: path, format: .pkcs8, type: nil, cipher: nil, isEncrypted: true)
        default:
            let kind: Foreign =
                block.label.hasSuffix("PUBLIC KEY")
                ? .publicKey : block.label.hasSuffix("CERTIFICATE") ? .certificate : .unknown
            self.init(block, path: path, format: .other(kind), type: nil, cipher: nil, isEncrypted: false)
        }
    }

    private init(_ block: PEMBlock, path: String?, format: Format, type: String?, cipher: String?, isEncrypted: Bool) {
        self.init(
            bytes: block.text,
            path: path,
            format: block.data.map { !$0.isEmpty } ?? false ? format : .other(.damaged),
            type: type,
            fingerprint: nil,
            cipher: cipher,
            kdf: nil,
            isEncrypted: isEncrypted
        )
    }

    /// Recognises what isn't PEM.
    private init(foreign text: [UInt8], path: String?) {
        let (kind, type, cipher) = Self.foreign(text)
        self.init(
            bytes: text,
            path: path,
            format: .other(kind),
            type: type,
            fingerprint: nil,
            cipher: cipher,
            kdf: nil,
            isEncrypted: cipher != nil
        )
    }

    /// `AES-128-CBC` of `AES-128-CBC,0123…`; anything else could be a part of the key, and names are shown.
    private static func cipherName(_ value: String) -> String? {
        let name = value.prefix { $0 != "," }
        let isName = name.utf8.count < value.utf8.count && name.utf8.count <= 32
        return isName && name.utf8.allSatisfy { 0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2D }
            ? String(name) : nil
    }

    private static func foreign(_ text: [UInt8]) -> (Foreign, type: String?, cipher: String?) {
        let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
        let words = text.prefix(4_096).split(maxSplits: 8) { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first else { return (.empty, nil, nil) }
        if first.hasPrefix("PuTTY-User-Key-File-") {
            let cipher = words.firstIndex(of: "Encryption:").flatMap { words[($0 + 1)...].first }
            return (
                .puTTY, HostKey.preferredTypes.first { $0 == words.dropFirst().first }, cipher == "none" ? nil : cipher
            )
        }
        func begins(_ prefix: String) -> Bool { text.starts(with: prefix.utf8) }
        // RFC 4716 has this form for public keys; ssh.com's software wrote private ones so as well.
        if begins("---- BEGIN SSH2 PUBLIC KEY") { return (.publicKey, nil, nil) }
        if begins("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY") { return (.sshCom, nil, nil) }
        if begins("SSH PRIVATE KEY FILE FORMAT 1.1") { return (.protocolOne, nil, nil) }
        if text.firstRange(of: Array("-----BEGIN ".utf8)) != nil { return (.damaged, nil, nil) }
        if words.count > 1, let data = Data(base64Encoded: words[1]) {
            var parts = KeyBlob(data)
            if parts.name() == first { return (first.contains("-cert-") ? .certificate : .publicKey, first, nil) }
        }
        return (.unknown, nil, nil)
    }

    /// Undoes `\n` and `\r` written out, as shells and .env files leave them.
    private static func withLineBreaks(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let isEscape = text[index] == UInt8(ascii: "\\") && index + 1 < text.count
            if isEscape, text[index + 1] == UInt8(ascii: "n") || text[index + 1] == UInt8(ascii: "r") {
                result.append(UInt8(ascii: "\n"))
                index += 2
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }
}
