/* SPDX-License-Identifier: MIT */
/* What UCX has to say. By itself it writes to standard output, where a program's own output is. */
#ifndef PEERS_WIRE_LOG_H
#define PEERS_WIRE_LOG_H

/* From now on UCX only says why it aborts, unless UCX_LOG_LEVEL is set: a peer that is gone makes UCX complain, and is
 * reported by us. */
void wire_log_begin(void);

#endif
