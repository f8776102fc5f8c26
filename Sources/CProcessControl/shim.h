#include <sys/prctl.h>
#include <sys/resource.h>

// prctl(2) is variadic, which Swift can't call; RLIMIT_CORE is an enumeration to some and an integer to others.

static inline int dropline_set_dumpable(int is_dumpable) { return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0); }

static inline int dropline_get_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

static inline int dropline_set_core_limit(rlim_t limit) {
    struct rlimit both = {limit, limit};
    return setrlimit(RLIMIT_CORE, &both);
}
