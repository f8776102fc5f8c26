import Sealing
import Testing

@Suite struct HMACSHA1Tests {
    /// From RFC 2202, section 3.
    @Test(arguments: [
        (key: [UInt8](repeating: 0x0B, count: 20), text: "Hi There", code: "b617318655057264e28bc0b6fb378c8ef146be00"),
        (
            key: Array("Jefe".utf8), text: "what do ya want for nothing?",
            code: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        ),
        (
            key: [UInt8](repeating: 0xAA, count: 80), text: "Test Using Larger Than Block-Size Key - Hash Key First",
            code: "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ])
    func `HMAC-SHA1 gives the published codes`(_ key: [UInt8], _ text: String, _ code: String) {
        let bytes = hmacSHA1(of: Array(text.utf8), key: key)
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == code)
    }
}
