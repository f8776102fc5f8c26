import Commerce
import Testing

struct AddressRangeTests {
    @Test(arguments: [
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("10.1.2.3", "::ffff:10.1.2.3", true),
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.8/29", "10.0.0.15", true),
        ("10.0.0.8/29", "10.0.0.16", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/32", "2001:db8:1::7", true), ("2001:db8::/32", "2001:db9::", false), ("::1", "::1", true),
        ("fe80::1", "fe80::1%eth0", true), ("10.1.2.3", "nobody", false), ("10.1.2.3", "", false),
    ]) func `a range holds the addresses that begin with its bits`(_ range: String, _ address: String, _ holds: Bool)
        throws
    {
        #expect(try #require(AddressRange(range)).contains(address) == holds)
    }

    @Test(arguments: [
        "", "proxy.example.com", "10.1.2", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/-1", "::/129", "10.1.2.3 ",
    ])
    func `anything else is no range`(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test func `one sender is an IPv4 address, or the network of an IPv6 one`() {
        #expect(AddressRange.sender("2001:db8::1") == AddressRange.sender("2001:db8::ffff:2"))
        #expect(AddressRange.sender("2001:db8::1") != AddressRange.sender("2001:db8:0:1::1"))
        #expect(AddressRange.sender("192.0.2.1") != AddressRange.sender("192.0.2.2"))
        #expect(AddressRange.sender("nobody") == nil)
    }
}
