import CProcessControl

/// Keeps the memory of this process, which holds codes and keys, out of files.
public enum CoreDumps {
    /// Makes sure that a crash leaves no core, and that no other process of this user can look into this one.
    ///
    /// The limit is zero for whatever is started from here, too. The second step holds even where a core is piped to a program, which looks at no
    /// limit (core(5), prctl(2) `PR_SET_DUMPABLE`).
    public static func forbid() {
        _ = dropline_set_core_limit(0)
        _ = dropline_set_dumpable(0)
    }
}
