/* SPDX-License-Identifier: MIT */
/* What the two files that read a configuration's YAML share. Private to config/. */
#ifndef CONFIG_YAML_READER_H
#define CONFIG_YAML_READER_H

#include "base/document.h"
#include "config/tables.h"

struct reader {
	struct config *config;
	struct config_tables *tables;
	struct place *place; /* all that the keys may be; NULL: those of a whole configuration */
	struct document document;
	const yaml_node_t *sweep; /* read last: its keys may name the items of lists */
	bool wants_sweep;
};

static inline struct mark reader_mark(const yaml_node_t *node)
{
	return (struct mark){(int)node->start_mark.line + 1, (int)node->start_mark.column + 1};
}

/* The node must be a value that the row could take. */
int reader_check_scalar(const struct reader *reader, const yaml_node_t *node, const char *key,
			const struct option_row *row, struct err *err);

int reader_expect_mapping(const struct reader *reader, const yaml_node_t *node, const char *path, struct err *err);

/* Reads a mapping; inside `place` each key must be one of its rows. */
int reader_walk(struct reader *reader, const yaml_node_t *node, const char *path, struct place *place, struct err *err);

#endif
