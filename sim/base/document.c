/* SPDX-License-Identifier: MIT */
#include "base/document.h"

#include <stdbool.h>
#include <string.h>

static int line_of(const yaml_node_t *node)
{
	return (int)node->start_mark.line + 1;
}

static int column_of(const yaml_node_t *node)
{
	return (int)node->start_mark.column + 1;
}

int document_locate(const struct document *document, const yaml_node_t *node, const char *key, int code,
		    struct err *err)
{
	if (key)
		err_prefix(err, "%s", key);
	if (node)
		err_prefix(err, "%s:%d:%d", document->file, line_of(node), column_of(node));
	else
		err_prefix(err, "%s", document->file);
	return code;
}

struct err_quoted document_describe(const yaml_node_t *node)
{
	if (node->type == YAML_MAPPING_NODE)
		return (struct err_quoted){"a mapping"};
	if (node->type == YAML_SEQUENCE_NODE)
		return (struct err_quoted){"a list"};
	if (*document_text(node) == '\0')
		return (struct err_quoted){"nothing"};
	return err_quote(document_text(node));
}

/* YAML's spellings of null. They are refused as values: a file named '~' would surprise. */
static bool is_null(const yaml_node_t *node)
{
	const char *text = document_text(node);

	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
		strcmp(text, "NULL") == 0);
}

int document_check_scalar(const struct document *document, const yaml_node_t *node, const char *key,
			  const char *expected, struct err *err)
{
	if (node->type != YAML_SCALAR_NODE || is_null(node))
		err_set(err, ERR_USAGE, "expected %s, found %s", expected, document_describe(node).text);
	else if (strlen(document_text(node)) != node->data.scalar.length)
		err_set(err, ERR_USAGE, "%s is followed by a zero byte", err_quote(document_text(node)).text);
	else
		return 0;
	return document_locate(document, node, key, ERR_USAGE, err);
}

int document_check_type(const struct document *document, const yaml_node_t *node, const char *key,
			yaml_node_type_t type, struct err *err)
{
	if (node->type == type)
		return 0;
	err_set(err, ERR_USAGE, "expected a %s, found %s", type == YAML_MAPPING_NODE ? "mapping" : "list",
		document_describe(node).text);
	return document_locate(document, node, key, ERR_USAGE, err);
}

int document_key(const struct document *document, const yaml_node_t *mapping, const yaml_node_pair_t *pair,
		 const char **text, struct err *err)
{
	const yaml_node_t *key = document_node(document, pair->key);

	if (key->type != YAML_SCALAR_NODE || strlen(document_text(key)) != key->data.scalar.length) {
		err_set(err, ERR_USAGE, "a key must be a word, found %s", document_describe(key).text);
		return document_locate(document, key, NULL, ERR_USAGE, err);
	}
	for (const yaml_node_pair_t *before = mapping->data.mapping.pairs.start; before < pair; before++) {
		const yaml_node_t *other = document_node(document, before->key);

		if (strcmp(document_text(other), document_text(key)) != 0)
			continue;
		err_set(err, ERR_USAGE, "duplicate key %s (first at %d:%d)", err_quote(document_text(key)).text,
			line_of(other), column_of(other));
		return document_locate(document, key, NULL, ERR_USAGE, err);
	}
	*text = document_text(key);
	return 0;
}

/* libyaml gives the position of an unreadable byte as an offset only; finds its line and column. */
static yaml_mark_t offset_mark(const char *text, size_t size, size_t offset)
{
	yaml_mark_t mark = {0};

	for (; mark.index < offset && mark.index < size; mark.index++) {
		mark.column = text[mark.index] == '\n' ? 0 : mark.column + 1;
		mark.line += text[mark.index] == '\n';
	}
	return mark;
}

static int syntax_error(const char *file, const yaml_parser_t *parser, const char *text, size_t size, struct err *err)
{
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return err_memory(err, file);
	if (parser->error == YAML_READER_ERROR)
		mark = offset_mark(text, size, parser->problem_offset);
	return err_set(err, ERR_USAGE, "%s:%zu:%zu: not YAML: %s%s%s", file, mark.line + 1, mark.column + 1,
		       parser->problem ? parser->problem : "unreadable", parser->context ? ", " : "",
		       parser->context ? parser->context : "");
}

/* Only the end of the text may follow the first document. */
static int expect_end(const struct document *document, yaml_parser_t *parser, const char *text, size_t size,
		      struct err *err)
{
	yaml_document_t second;
	yaml_node_t *root;
	int status = 0;

	if (!yaml_parser_load(parser, &second))
		return syntax_error(document->file, parser, text, size, err);
	root = yaml_document_get_root_node(&second);
	if (root) {
		err_set(err, ERR_USAGE, "a second document: only one is allowed");
		status = document_locate(document, root, NULL, ERR_USAGE, err);
	}
	yaml_document_delete(&second);
	return status;
}

int document_parse(struct document *document, const char *file, const char *text, size_t size, struct err *err)
{
	yaml_parser_t parser;
	int status;

	document->file = file;
	if (!yaml_parser_initialize(&parser))
		return err_memory(err, "the YAML reader");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	if (!yaml_parser_load(&parser, &document->tree)) {
		status = syntax_error(file, &parser, text, size, err);
	} else {
		status = expect_end(document, &parser, text, size, err);
		if (status < 0)
			yaml_document_delete(&document->tree);
	}
	yaml_parser_delete(&parser);
	return status;
}

void document_free(struct document *document)
{
	yaml_document_delete(&document->tree);
}
