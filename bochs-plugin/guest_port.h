/* SPDX-License-Identifier: MIT */
/*
 * How the guest speaks to its recorder: 32-bit writes to an I/O port that no device answers, so that a guest runs the
 * same without one.
 *
 *    31      24 23                 0
 *   +----------+--------------------+
 *   | operation|      argument      |
 *   +----------+--------------------+
 *
 * A text goes byte by byte into a buffer of GUEST_PORT_TEXT bytes, which the operation that uses it empties; bytes
 * beyond are dropped. Included by the recorder (C++) and by what runs in the guest (C).
 */
#ifndef BOCHS_PLUGIN_GUEST_PORT_H
#define BOCHS_PLUGIN_GUEST_PORT_H

#define GUEST_PORT      0x8904
#define GUEST_PORT_TEXT 255

enum guest_port_op {
	GUEST_PORT_APPEND = 1, /* argument: a byte for the buffer */
	GUEST_PORT_MARK = 2,   /* the buffer names a marker, which stands at this very instruction */
	GUEST_PORT_EXIT = 3,   /* argument: a status, 0 to 255; the emulation ends with it */
	GUEST_PORT_REPORT = 4, /* the buffer is a line KEY=VALUE about the guest, for the trace's header */
};

#define GUEST_PORT_WORD(op, argument) ((unsigned)(op) << 24 | ((unsigned)(argument)&0xffffffu))

#endif
