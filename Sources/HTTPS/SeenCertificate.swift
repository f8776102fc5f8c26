import Foundation
import NIOCore
import NIOSSL

/// What a certificate says of itself; none of it was checked.
struct SeenCertificate: Sendable {
    /// For which hosts it is, by name or by number.
    let hosts: [String]
    let subject: String
    let issuer: String
    let begins: Date
    let ends: Date

    init(hosts: [String], subject: String, issuer: String, begins: Date, ends: Date) {
        self.hosts = hosts.map(Self.shown)
        (self.subject, self.issuer) = (Self.shown(subject), Self.shown(issuer))
        (self.begins, self.ends) = (begins, ends)
    }

    init(_ certificate: NIOSSLCertificate) {
        let names = certificate._subjectAlternativeNames().compactMap { name -> String? in
            switch name.nameType {
            case .dnsName: String(decoding: name.contents, as: UTF8.self)
            case .ipAddress: (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0))?.ipAddress
            default: nil
            }
        }
        let subject = Self.name(certificate.subjectName)
        self.init(
            hosts: names.isEmpty ? [subject] : names,
            subject: subject,
            issuer: Self.name(certificate.issuerName),
            begins: Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore)),
            ends: Date(timeIntervalSince1970: TimeInterval(certificate.notValidAfter))
        )
    }

    /// Whether nobody but itself vouches for it.
    var isSelfSigned: Bool { subject == issuer }

    /// The common name, else the organization.
    private static func name(_ parts: [SSLCertificateName]) -> String {
        let chosen = parts.first { $0.type == .commonName } ?? parts.first { $0.type == .organization }
        return chosen?.value ?? "nobody"
    }

    /// What may stand in a message of a text that anybody may have made up.
    private static func shown(_ text: String) -> String {
        String(text.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(60).map(Character.init))
    }
}
