extension PrivateKey {
    /// Why libssh2 can't use the key, as far as that is known before it tries, with the cure; `nil` if nothing stands against it.
    ///
    /// The limits are those of libssh2 1.10 with OpenSSL 3, tried with it key by key.
    func obstacle(passphraseGiven: Bool) -> String? {
        if case .other(let kind) = format { return obstacle(kind) }
        if let type {
            if type == "ssh-dss" { return "\(place) is a DSA key, which servers no longer accept; \(newKey)" }
            if type.hasPrefix("sk-") {
                return "\(place) needs a security key (FIDO) that someone touches, which can't be used here; \(newKey)"
            }
            if type.contains("-cert-") || format == .openSSH && !HostKey.preferredTypes.contains(type) {
                return "\(place) is of the kind \(type), which can't be used here; \(newKey)"
            }
        }
        guard isEncrypted else { return nil }
        if let kdf, kdf != "bcrypt" {
            return "\(place) is encrypted by way of \(kdf), which libssh2 doesn't know; \(reencrypt)"
        }
        if let cipher, !isDecryptable(cipher) {
            return "\(place) is encrypted with \(cipher), which libssh2 can't decrypt; \(reencrypt)"
        }
        guard passphraseGiven else {
            return "\(place) is encrypted and no passphrase is given; give it as `passphrase`, or take it off: "
                + "ssh-keygen -p -f \(file)"
        }
        return nil
    }

    /// What to say when libssh2 couldn't read the key: a passphrase that doesn't fit looks like a damaged key to it, and so does a cipher that it
    /// doesn't know.
    func words(whenUnreadable passphraseGiven: Bool) -> String {
        if let obstacle = obstacle(passphraseGiven: passphraseGiven) { return obstacle }
        let cure = "ssh-keygen -y -f \(file) asks for it and tells whether they fit"
        if isEncrypted { return "the passphrase doesn't fit \(place), or the key is damaged; \(cure)" }
        return "libssh2 can't read \(place); ssh-keygen -y -f \(file) tells whether it is whole, and if so: \(newKey)"
    }

    private func obstacle(_ kind: Foreign) -> String {
        switch kind {
        case .puTTY:
            "\(place) is in PuTTY's form; convert it: puttygen \(file) -O private-openssh -o NEW-FILE"
        case .sshCom: "\(place) is in the form of ssh.com; convert it: ssh-keygen -i -f \(file) > NEW-FILE"
        case .protocolOne: "\(place) is one of SSH protocol 1, which servers no longer speak; \(newKey)"
        case .publicKey:
            "\(place) is a public key, and the private one is needed; it mostly lies beside it without `.pub` in its name"
        case .certificate: "\(place) is a certificate, and the private key that belongs to it is needed"
        case .empty: "\(place) is empty"
        case .damaged: "\(place) is damaged or cut off; restore it from its backup, or: \(newKey)"
        case .severalKeys: "\(place) holds several keys; give a file with one"
        case .unknown:
            "\(place) is in no form that is known; a private key begins with -----BEGIN OPENSSH PRIVATE KEY-----"
        }
    }

    /// Whether libssh2 decrypts what OpenSSH or OpenSSL encrypted so.
    private func isDecryptable(_ cipher: String) -> Bool {
        switch format {
        case .openSSH:
            [
                "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr", "3des-cbc",
            ].contains(cipher)
        default:
            // OpenSSL 3 keeps these in its legacy provider, which programs don't load (OSSL_PROVIDER-legacy(7)).
            !["DES-CBC", "RC2-", "RC4", "RC5-", "IDEA-", "BF-", "CAST5-", "SEED-"].contains { cipher.hasPrefix($0) }
        }
    }

    private var place: String { path.map { "the key \($0)" } ?? "the key" }
    private var file: String { path.map(shellWord) ?? "KEY-FILE" }
    private var newKey: String { "make a new key: ssh-keygen -t ed25519 -f NEW-FILE" }
    private var reencrypt: String {
        format == .openSSH ? "encrypt it again: ssh-keygen -p -Z aes256-ctr -f \(file)" : newKey
    }
}
