/* SPDX-License-Identifier: MIT */
/*
 * Writes a configuration as YAML that can be read again. The dotted names of the options are the paths of the tree, so
 * the writer only opens and closes mappings as names go by and knows no struct. libyaml's emitter adds quotes.
 */
#include <ctype.h>
#include <string.h>
#include <yaml.h>

#include "config/tables.h"

enum { DEPTH_MAX = 4 };

struct writer {
	yaml_emitter_t emitter;
	bool failed;
	char open[DEPTH_MAX][CONFIG_PATH]; /* the words of the path that is open */
	bool list[DEPTH_MAX];              /* what each word opened: a list, otherwise a mapping */
	int depth;
};

/* Passes an event to the emitter; `made` is whether it could be created. After the first failure nothing more is
 * written. */
static void emit(struct writer *writer, yaml_event_t *event, int made)
{
	if (writer->failed || !made) {
		if (made)
			yaml_event_delete(event);
		writer->failed = true;
		return;
	}
	writer->failed = !yaml_emitter_emit(&writer->emitter, event);
}

static void put_scalar(struct writer *writer, const char *text)
{
	static const char *const nothing[] = {"", "~", "null", "Null",
					      "NULL"}; /* without quotes they would be read as no value */
	yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE;
	yaml_event_t event;

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (strcmp(text, nothing[i]) == 0)
			style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	emit(writer, &event,
	     yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
					  style));
}

static void begin_mapping(struct writer *writer, yaml_mapping_style_t style)
{
	yaml_event_t event;

	emit(writer, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void end_mapping(struct writer *writer)
{
	yaml_event_t event;

	emit(writer, &event, yaml_mapping_end_event_initialize(&event));
}

static void begin_list(struct writer *writer, yaml_sequence_style_t style)
{
	yaml_event_t event;

	emit(writer, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void end_list(struct writer *writer)
{
	yaml_event_t event;

	emit(writer, &event, yaml_sequence_end_event_initialize(&event));
}

/* A number as a word of a path is an item of a list. */
static bool is_index(const char *word)
{
	return strspn(word, "0123456789") == strlen(word);
}

static void close_to(struct writer *writer, int depth)
{
	while (writer->depth > depth) {
		writer->depth--;
		if (writer->list[writer->depth])
			end_list(writer);
		else
			end_mapping(writer);
	}
}

static void open_word(struct writer *writer, const char *word, bool list)
{
	int depth = writer->depth++;

	snprintf(writer->open[depth], sizeof(writer->open[depth]), "%s", word);
	writer->list[depth] = list;
	if (!is_index(word))
		put_scalar(writer, word);
	if (list)
		begin_list(writer, YAML_BLOCK_SEQUENCE_STYLE);
	else
		begin_mapping(writer, YAML_BLOCK_MAPPING_STYLE);
}

/* One value under its dotted name. */
static void put(void *context, const char *name, const char *text)
{
	struct writer *writer = context;
	char words[DEPTH_MAX + 1][CONFIG_PATH] = {""};
	int count = 0, common = 0;

	if (config_is_flat(name)) {
		close_to(writer, 0);
		put_scalar(writer, name);
		put_scalar(writer, text);
		return;
	}
	for (const char *at = name; *at && count <= DEPTH_MAX; count++) {
		size_t length = strcspn(at, ".");

		snprintf(words[count], sizeof(words[count]), "%.*s", (int)length, at);
		at += length + (at[length] == '.');
	}
	while (common < count - 1 && common < writer->depth && strcmp(words[common], writer->open[common]) == 0)
		common++;
	close_to(writer, common);
	for (int i = common; i < count - 1; i++)
		open_word(writer, words[i], is_index(words[i + 1]));
	put_scalar(writer, words[count - 1]);
	put_scalar(writer, text);
}

/* The service network is one word or one mapping, never both. A platform of one's own has its own hosts,
 * latencies and bandwidths. */
static bool is_hidden(const struct config *config, const char *name)
{
	static const char *const of_platform[] = {"cluster.hypervisors", "fabric.latency", "fabric.bandwidth",
						  "service.latency", "service.bandwidth"};

	for (size_t i = 0; config->cluster.platform[0] && i < sizeof(of_platform) / sizeof(*of_platform); i++)
		if (strcmp(name, of_platform[i]) == 0)
			return true;
	if (strncmp(name, "service", 7) != 0)
		return false;
	if (name[7] == '.' && !config_service_has(name + 8))
		return true;
	return (name[7] == '.') != (config->service_mode == SERVICE_OWN);
}

static void each_place(const struct config *config, const struct place_list *list,
		       void (*visit)(void *, const char *, const char *), void *context)
{
	char name[2 * CONFIG_PATH], text[OPTION_TEXT];

	for (size_t i = 0; i < list->count; i++) {
		const struct place *place = &list->places[i];

		for (size_t j = 0; j < place->section.count; j++) {
			const struct option_row *row = &place->section.rows[j];

			stpcpy(stpcpy(name, place->prefix), row->name); /* rows have short names */
			if ((!row->optional || place->given[j].line != 0) && !is_hidden(config, name) &&
			    !config_is_idle(config, place, j, name))
				visit(context, name, option_text(row, place->section.at, text));
		}
	}
}

void config_values(const struct config *config, void (*visit)(void *context, const char *name, const char *text),
		   void *context)
{
	each_place(config, &config->tables->parts, visit, context);
	for (int i = 0; i < CONFIG_LISTS; i++)
		each_place(config, &config->tables->lists[i], visit, context);
}

static void put_range(struct writer *writer, const struct config_sweep *sweep)
{
	char text[OPTION_TEXT];

	begin_mapping(writer, YAML_FLOW_MAPPING_STYLE);
	for (size_t i = 0; i < config_range_part.count; i++) {
		put_scalar(writer, config_range_part.rows[i].name);
		put_scalar(writer, option_text(&config_range_part.rows[i], sweep, text));
	}
	end_mapping(writer);
}

/* Writes one value for each key of an axis that change together; for a single key, its value. */
static void put_position(struct writer *writer, const struct config_sweep *sweep, size_t position)
{
	if (sweep->key_count > 1)
		begin_list(writer, YAML_FLOW_SEQUENCE_STYLE);
	for (size_t k = 0; k < sweep->key_count; k++)
		put_scalar(writer, sweep->values[position * sweep->key_count + k]);
	if (sweep->key_count > 1)
		end_list(writer);
}

static void put_sweep(struct writer *writer, const struct config *config)
{
	char name[CONFIG_KEYS];

	if (config->sweep_count == 0)
		return;
	put_scalar(writer, "sweep");
	begin_mapping(writer, YAML_BLOCK_MAPPING_STYLE);
	for (size_t i = 0; i < config->sweep_count; i++) {
		const struct config_sweep *sweep = &config->sweep[i];

		put_scalar(writer, config_sweep_name(sweep, name));
		if (sweep->value_count == 0) {
			put_range(writer, sweep);
			continue;
		}
		begin_list(writer, YAML_FLOW_SEQUENCE_STYLE);
		for (size_t j = 0; j < sweep->value_count; j++)
			put_position(writer, sweep, j);
		end_list(writer);
	}
	end_mapping(writer);
}

static void put_config(struct writer *writer, const struct config *config)
{
	yaml_event_t event;

	emit(writer, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(writer, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	begin_mapping(writer, YAML_BLOCK_MAPPING_STYLE);
	config_values(config, put, writer);
	close_to(writer, 0);
	put_sweep(writer, config);
	end_mapping(writer);
	emit(writer, &event, yaml_document_end_event_initialize(&event, 1));
	emit(writer, &event, yaml_stream_end_event_initialize(&event));
}

int config_print(const struct config *config, FILE *to, struct err *err)
{
	struct writer writer = {.failed = false};

	if (!yaml_emitter_initialize(&writer.emitter))
		return err_memory(err, "the YAML writer");
	yaml_emitter_set_output_file(&writer.emitter, to);
	yaml_emitter_set_width(&writer.emitter, -1);
	yaml_emitter_set_unicode(&writer.emitter, 1);
	put_config(&writer, config);
	yaml_emitter_flush(&writer.emitter);
	if (writer.failed)
		err_set(err, ERR_FAILED, "the configuration cannot be written: %s",
			writer.emitter.problem ? writer.emitter.problem : "a text in it is not UTF-8");
	yaml_emitter_delete(&writer.emitter);
	return writer.failed ? ERR_FAILED : 0;
}
