/* What the two files that read YAML share: the tree of nodes, and errors that say where in the file. Private to config/. */
#ifndef CONFIG_YAML_READER_H
#define CONFIG_YAML_READER_H

#include <yaml.h>

#include "config/tables.h"

struct reader {
	struct config *config;
	struct config_tables *tables;
	struct place *place;     /* all that the keys may be; NULL: those of a whole configuration */
	yaml_document_t *document;
	yaml_node_t *sweep;      /* read last: its keys may name the items of lists */
	bool wants_sweep;
};

static inline struct mark reader_mark(const yaml_node_t *node)
{
	return (struct mark){(int)node->start_mark.line + 1, (int)node->start_mark.column + 1};
}

static inline yaml_node_t *reader_node(const struct reader *reader, int index)
{
	return yaml_document_get_node(reader->document, index);
}

/* The text of a scalar. */
static inline const char *reader_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* Puts where the node stands in front of the error. */
int reader_fail(const struct reader *reader, const yaml_node_t *node, const char *key, struct err *err);

/* What a node is, for messages. */
struct err_quoted reader_describe(const yaml_node_t *node);

/* The node must be a value that the row could take. */
int reader_check_scalar(const struct reader *reader, const yaml_node_t *node, const char *key, const struct option_row *row, struct err *err);

int reader_expect_mapping(const struct reader *reader, const yaml_node_t *node, const char *path, struct err *err);

/* The text of a pair's key, which must not have stood before it in the mapping. */
int reader_key(const struct reader *reader, const yaml_node_t *mapping, const yaml_node_pair_t *pair, const char **text, struct err *err);

/* Reads a mapping; inside `place` each key must be one of its rows. */
int reader_walk(struct reader *reader, const yaml_node_t *node, const char *path, struct place *place, struct err *err);

/* Reads reader->sweep. */
int reader_sweep(struct reader *reader, struct err *err);

#endif
