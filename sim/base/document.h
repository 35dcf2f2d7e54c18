/* SPDX-License-Identifier: MIT */
/* A YAML document as a tree of libyaml's nodes, and errors that say where in the file. An alias stands for the node
 * that its anchor names. */
#ifndef BASE_DOCUMENT_H
#define BASE_DOCUMENT_H

#include <stddef.h>
#include <yaml.h>

#include "base/err.h"

struct document {
	const char *file; /* its name in messages; stays the caller's */
	yaml_document_t tree;
};

/* ERR_USAGE unless the text is one document or none. On success document_free gives it back. */
int document_parse(struct document *document, const char *file, const char *text, size_t size, struct err *err);
void document_free(struct document *document);

/* NULL: the document is empty. libyaml's own functions change nothing either, but do not say so. */
static inline const yaml_node_t *document_root(const struct document *document)
{
	return yaml_document_get_root_node((yaml_document_t *)&document->tree);
}

static inline const yaml_node_t *document_node(const struct document *document, int index)
{
	return yaml_document_get_node((yaml_document_t *)&document->tree, index);
}

/* The text of a scalar. */
static inline const char *document_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* Puts "FILE:LINE:COLUMN: KEY: " in front of the text; `node` and `key` may be NULL. Returns `code`. */
int document_locate(const struct document *document, const yaml_node_t *node, const char *key, int code,
		    struct err *err);

/* What a node is, for messages. */
struct err_quoted document_describe(const yaml_node_t *node);

/* The node must be a text that is not YAML's nothing; `expected` in words: "a size". */
int document_check_scalar(const struct document *document, const yaml_node_t *node, const char *key,
			  const char *expected, struct err *err);

/* Or a mapping, or a list. */
int document_check_type(const struct document *document, const yaml_node_t *node, const char *key,
			yaml_node_type_t type, struct err *err);

/* The text of a pair's key, which must not have stood before it in the mapping. */
int document_key(const struct document *document, const yaml_node_t *mapping, const yaml_node_pair_t *pair,
		 const char **text, struct err *err);

#endif
