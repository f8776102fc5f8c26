#include <libssh2.h>

/* Makes a session send and receive through functions, in the form that the library at hand has for it: since 1.11.1 a type-safe one. */
static inline void clibssh2_set_transport(LIBSSH2_SESSION *session, LIBSSH2_SEND_FUNC((*send)), LIBSSH2_RECV_FUNC((*receive))) {
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND, (libssh2_cb_generic *)send);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV, (libssh2_cb_generic *)receive);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
#endif
}
