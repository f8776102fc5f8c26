import CustomDump
import Hummingbird
import Testing

@testable import Shopify
