/* SPDX-License-Identifier: MIT */
/* A YAML document as a tree of libyaml's nodes, and errors that name the position in the file. An alias is replaced by
 * the node of its anchor. */
#ifndef BASE_DOCUMENT_H
#define BASE_DOCUMENT_H

#include <stddef.h>
#include <yaml.h>

#include "base/err.h"

struct document {
	const char *file; /* its name for messages; the caller keeps it valid */
	yaml_document_t tree;
};

/* Parses a text of `size` bytes. Returns 0, or ERR_USAGE unless it holds one document or none (`err` names the
 * position). After success, document_free releases it. */
int document_parse(struct document *document, const char *file, const char *text, size_t size, struct err *err);
void document_free(struct document *document);

/* The root node; NULL if the document is empty. libyaml's function does not change the document, but its parameter is
 * not const. */
static inline const yaml_node_t *document_root(const struct document *document)
{
	return yaml_document_get_root_node((yaml_document_t *)&document->tree);
}

static inline const yaml_node_t *document_node(const struct document *document, int index)
{
	return yaml_document_get_node((yaml_document_t *)&document->tree, index);
}

/* The text of a scalar node. */
static inline const char *document_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* Puts "FILE:LINE:COLUMN: KEY: " in front of the text of `err`; `node` and `key` may be NULL. Returns `code`. */
int document_locate(const struct document *document, const yaml_node_t *node, const char *key, int code,
		    struct err *err);

/* Describes a node for a message: its text in quotes, "a mapping" or "a list". */
struct err_quoted document_describe(const yaml_node_t *node);

/* Checks that the node is a scalar and not null. Returns 0 or ERR_USAGE; `expected` says what was expected: "a
 * size". */
int document_check_scalar(const struct document *document, const yaml_node_t *node, const char *key,
			  const char *expected, struct err *err);

/* Checks that the node is a mapping or a list, by `type`. Returns 0 or ERR_USAGE. */
int document_check_type(const struct document *document, const yaml_node_t *node, const char *key,
			yaml_node_type_t type, struct err *err);

/* Sets `text` to the text of a pair's key. Returns ERR_USAGE if the key is not a scalar, or occurred earlier in the
 * mapping. */
int document_key(const struct document *document, const yaml_node_t *mapping, const yaml_node_pair_t *pair,
		 const char **text, struct err *err);

#endif
