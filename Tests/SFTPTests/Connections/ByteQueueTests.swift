import SeededRandom
import Testing

@testable import SFTP

@Suite struct ByteQueueTests {
    @Test func `bytes come out as they went in, whatever the pieces`() {
        var random = SplitMix64(seed: 3)
        var queue = ByteQueue()
        var sent: [UInt8] = []
        var taken: [UInt8] = []
        for _ in 0..<400 {
            let piece = (0..<Int.random(in: 0...30_000, using: &random)).map { UInt8(truncatingIfNeeded: $0) }
            sent += piece
            queue.append(piece)
            var buffer = [UInt8](repeating: 0, count: Int.random(in: 0...30_000, using: &random))
            let count = buffer.withUnsafeMutableBytes { queue.take(into: $0) }
            taken += buffer[..<count]
            #expect(queue.count == sent.count - taken.count)
        }
        taken += queue.first(queue.count)
        queue.remove(queue.count)
        #expect(queue.isEmpty)
        #expect(taken == sent)
    }
}
