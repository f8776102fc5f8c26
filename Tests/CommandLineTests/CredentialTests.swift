import CommandSupport
import Foundation
import Testing

/// Secrets and the master key as systemd credentials.
@Suite struct CredentialTests {
    @Test func `the token and the master key may be credentials`() async throws {
        try await withSandbox { shop in
            let installation = try await Installation(shop)
            let folder = installation.folder + "/credentials"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try put("shpat_sandbox\n", folder + "/token")
            try put(String(repeating: "k", count: 32), folder + "/key")
            // systemd guards the folder, and gives files the mode 0440.
            for name in ["token", "key"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o440], ofItemAtPath: folder + "/" + name)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
            try installation.set("token", "credential:token")
            try installation.edit(installation.configuration) {
                $0 = $0.replacing("key: file:var/dropline.key", with: "key: credential:key")
            }
            let name = DecisionFile.name(1)
            try installation.drop(name, DecisionFile.text(("dlcredent001", "5")))
            let poll = try await installation.poll(environment: ["CREDENTIALS_DIRECTORY": folder])
            #expect(poll.exit == 0, "\(poll)")
            let codes = try await shop.codes()
            expectSame(codes, ["dlcredent001"])
            #expect(!FileManager.default.fileExists(atPath: installation.folder + "/var/dropline.key"))
        }
    }

    @Test func `a credential that is not there is a fault of the configuration, which says where it was looked for`()
        async throws
    {
        let installation = try await Installation()
        try installation.set("token", "credential:token")
        let elsewhere = installation.folder + "/nowhere"
        let missing = try await installation.run(["poll"], environment: ["CREDENTIALS_DIRECTORY": elsewhere])
        #expect(missing.exit == 78 && missing.errors.contains("shops.main.token"), "\(missing)")
        #expect(missing.errors.contains(elsewhere + "/token"), "\(missing)")
        try installation.edit(installation.configuration) {
            $0 = $0.replacing("key: file:var/dropline.key", with: "key: credential:key")
        }
        let noKey = try await installation.run(["poll"], environment: ["CREDENTIALS_DIRECTORY": elsewhere])
        #expect(noKey.exit == 78 && noKey.errors.contains(elsewhere + "/key"), "\(noKey)")
    }

    @Test func `a name that leads out of the credentials is refused`() async throws {
        let installation = try await Installation()
        try installation.set("token", "credential:../token")
        let check = try await installation.run("check")
        #expect(check.exit == 78 && check.errors.contains("'token' is a secret and may not stand here"), "\(check)")
    }

    private func put(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
