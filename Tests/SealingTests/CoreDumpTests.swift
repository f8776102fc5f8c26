import CProcessControl
import Sealing
import Testing

@Suite struct CoreDumpTests {
    @Test func `a process that forbids cores can't be dumped or looked into`() {
        defer { _ = dropline_set_dumpable(1) }
        #expect(dropline_get_dumpable() == 1)
        CoreDumps.forbid()
        #expect(dropline_get_dumpable() == 0)
    }
}
