import CLibSSH2
import Glibc
import Sealing

extension Login {
    /// A server that asks more than this is not one that wants a password.
    private static let mostQuestions = 8

    /// Answers every question that the server asks with the one secret (RFC 4256).
    func byQuestions(_ answer: Secret, _ methods: String) throws(RemoteFailure) {
        transport.answer = answer.reveal()
        transport.questions = 0
        defer { transport.answer = nil }
        let result = try transport.complete("logging in", until: deadline) {
            libssh2_userauth_keyboard_interactive_ex(transport.session, user, LibSSH2.length(user)) {
                _,
                _,
                _,
                _,
                count,
                _,
                responses,
                abstract in
                guard let responses, count > 0, let transport = SSHTransport.owner(abstract) else { return }
                for index in 0..<Int(count) {
                    responses[index] = transport.nextResponse()
                }
            }
        }
        let asked = transport.questions > 1 ? ", the same answer to each of \(transport.questions) questions" : ""
        try check(result, methods, refusing: "the answer for keyboard-interactive\(asked)")
    }

    fileprivate static func mayAnswer(_ number: Int) -> Bool { number <= mostQuestions }
}

extension SSHTransport {
    /// The answer in memory of malloc(3), for libssh2 frees it.
    fileprivate func nextResponse() -> LIBSSH2_USERAUTH_KBDINT_RESPONSE {
        questions += 1
        guard Login.mayAnswer(questions), let answer, let text = strdup(answer) else {
            return LIBSSH2_USERAUTH_KBDINT_RESPONSE(text: nil, length: 0)
        }
        return LIBSSH2_USERAUTH_KBDINT_RESPONSE(text: text, length: LibSSH2.length(answer))
    }
}
