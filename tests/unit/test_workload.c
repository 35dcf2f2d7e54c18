/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "workload/yaml.h"

static int read_text(const char *text, struct workload *workload, struct err *err)
{
	*workload = (struct workload){0};
	return workload_yaml(workload, "w.yaml", text, strlen(text), err);
}

static void everything_that_can_be_said(void)
{
	static const char text[] = "summary: a trial\n"
				   "region: boot\n"
				   "packages: [coreutils, libstdc++6]\n"
				   "programs: [/usr/bin/sort, /usr/share/x/*.sys]\n"
				   "environment: [MY_BINARY]\n"
				   "disk_free: 32MiB\n"
				   "sizes:\n"
				   "  tiny: {RECORDS: 10, MODE: -l_2, memory: 256MiB}\n"
				   "  paper: {disk_free: 1GiB}\n";
	const struct workload_size *size;
	struct workload workload;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(read_text(text, &workload, &err), 0);
	CU_ASSERT_STRING_EQUAL(workload.summary, "a trial");
	CU_ASSERT_TRUE(workload.region_is_boot);
	CU_ASSERT_STRING_EQUAL(workload.packages, "coreutils libstdc++6");
	CU_ASSERT_STRING_EQUAL(workload.programs, "/usr/bin/sort /usr/share/x/*.sys");
	CU_ASSERT_STRING_EQUAL(workload.environment, "MY_BINARY");
	CU_ASSERT_EQUAL_FATAL(workload.sizes, 2);
	CU_ASSERT_EQUAL_FATAL(workload_size_find(&workload, "tiny", &size, &err), 0);
	CU_ASSERT_STRING_EQUAL(size->variables, "RECORDS=10\nMODE=-l_2");
	CU_ASSERT_EQUAL(size->memory_bytes, 256 << 20);
	CU_ASSERT_EQUAL(size->disk_free_bytes, 32 << 20);
	CU_ASSERT_EQUAL_FATAL(workload_size_find(&workload, "paper", &size, &err), 0);
	CU_ASSERT_STRING_EQUAL(size->variables, "");
	CU_ASSERT_EQUAL(size->memory_bytes, 1 << 30);
	CU_ASSERT_EQUAL(size->disk_free_bytes, 1 << 30);
	workload_free(&workload);
}

static void the_least_that_must_be_said(void)
{
	struct workload workload;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_text("sizes: {one: {}}\nsummary: s\n", &workload, &err), 0);
	CU_ASSERT_FALSE(workload.region_is_boot);
	CU_ASSERT_STRING_EQUAL(workload.packages, "");
	CU_ASSERT_STRING_EQUAL(workload.programs, "");
	CU_ASSERT_STRING_EQUAL(workload.environment, "");
	CU_ASSERT_EQUAL(workload.size[0].disk_free_bytes, 16 << 20);
	workload_free(&workload);
}

/* A workload's values for all sizes apply wherever they are in the file. */
static void defaults_may_stand_behind_the_sizes(void)
{
	struct workload workload;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(
		read_text("sizes: {one: {}, two: {memory: 1GiB}}\nmemory: 64MiB\nsummary: s\n", &workload, &err), 0);
	CU_ASSERT_EQUAL(workload.size[0].memory_bytes, 64 << 20);
	CU_ASSERT_EQUAL(workload.size[1].memory_bytes, 1 << 30);
	workload_free(&workload);
}

static void errors_say_where(void)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "w.yaml: empty: a workload has at least a summary and sizes"},
		{"- a\n", "w.yaml:1:1: expected a mapping, found a list"},
		{"sizes: {a: {}}\n", "w.yaml: summary: missing (a line for 'megavm list workloads')"},
		{"summary: s\n", "w.yaml: sizes: missing (a name for each size, with its variables)"},
		{"summary: s\nsizes: {}\n", "w.yaml:2:8: sizes: expected a mapping with at least one size (a name for "
					    "each size, with its variables)"},
		{"summary: s\nsizes: [a]\n", "w.yaml:2:8: sizes: expected a mapping with at least one size (a name for "
					     "each size, with its variables)"},
		{"summary: s\nsizes: {a: 1}\n", "w.yaml:2:12: sizes.a: expected a mapping, found '1'"},
		{"summary: s\nsizes: {../a: {}}\n", "w.yaml:2:9: sizes: '../a' is not a valid name for a size"},
		{"summary: {a: b}\n", "w.yaml:1:10: summary: expected a string, found a mapping"},
		{"summary:\n", "w.yaml:1:9: summary: expected a string, found nothing"},
		{"sumary: s\n", "w.yaml:1:1: unknown key 'sumary' (did you mean 'summary'?)"},
		{"package: [a]\n", "w.yaml:1:1: unknown key 'package' (did you mean 'packages'?)"},
		{"region: jbo\n", "w.yaml:1:9: region: 'jbo' is not one of job, boot (did you mean 'job'?)"},
		{"memory: 1024\n", "w.yaml:1:9: memory: '1024' has no unit (B, KiB, MiB, GiB, TiB)"},
		{"memory: 63MiB\n", "w.yaml:1:9: memory: '63MiB' is out of range (64MiB to 1TiB)"},
		{"memory: 65537KiB\n", "w.yaml:1:9: memory: '65537KiB' is not a multiple of 1MiB"},
		{"packages: coreutils\n", "w.yaml:1:11: packages: expected a list, found 'coreutils'"},
		{"packages: [a, '$(rm)']\n", "w.yaml:1:15: packages: expected a package's name, found '$(rm)'"},
		{"packages: [[a]]\n", "w.yaml:1:12: packages: expected a package's name, found a list"},
		{"programs: [sort]\n", "w.yaml:1:12: programs: expected a path that begins with '/', found 'sort'"},
		{"programs: ['/a b']\n", "w.yaml:1:12: programs: expected a path that begins with '/', found '/a b'"},
		{"environment: [home]\n", "w.yaml:1:15: environment: expected a variable's name, found 'home'"},
		{"summary: s\nsizes: {a: {memry: 1GiB}}\n",
		 "w.yaml:2:13: unknown key 'memry' (did you mean 'memory'?): a size has memory, disk_free, and "
		 "variables in capitals"},
		{"summary: s\nsizes: {a: {records: 1}}\n",
		 "w.yaml:2:13: unknown key 'records': a size has memory, disk_free, and variables in capitals"},
		{"summary: s\nsizes: {a: {memory: 1G}}\n",
		 "w.yaml:2:21: sizes.a.memory: '1G' has the unknown unit 'G' (B, KiB, MiB, GiB, TiB)"},
		{"summary: s\nsizes: {a: {N: \"1'; reboot\"}}\n",
		 "w.yaml:2:16: sizes.a.N: '1'; reboot': a value is a word of letters, digits and _.,:/+=@%*-"},
		{"summary: s\nsizes: {a: {N: [1]}}\n", "w.yaml:2:16: sizes.a.N: expected a value, found a list"},
		{"summary: s\nsizes: {a: {N: 1, N: 2}}\n", "w.yaml:2:19: duplicate key 'N' (first at 2:13)"},
		{"summary: s\nsizes: {a: {}, a: {}}\n", "w.yaml:2:16: duplicate key 'a' (first at 2:9)"},
		{"summary: s\nsummary: t\n", "w.yaml:2:1: duplicate key 'summary' (first at 1:1)"},
		{"summary: [\n", "w.yaml:2:1: not YAML: did not find expected node content, while parsing a flow node"},
		{"summary: s\n---\nsizes: 1\n", "w.yaml:3:1: a second document: only one is allowed"},
		{"summary: \xff\n", "w.yaml:1:10: not YAML: invalid leading UTF-8 octet"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct workload workload;
		struct err err = {""};

		CU_ASSERT_EQUAL(read_text(cases[i].text, &workload, &err), ERR_USAGE);
		if (strcmp(err.text, cases[i].error) != 0)
			fprintf(stderr, "%s\n  found  %s\n  wanted %s\n", cases[i].text, err.text, cases[i].error);
		CU_ASSERT_STRING_EQUAL(err.text, cases[i].error);
		workload_free(&workload);
	}
}

static void a_size_that_is_not_there(void)
{
	const struct workload_size *size;
	struct workload workload;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(read_text("sizes: {tiny: {}, small: {}}\nsummary: s\n", &workload, &err), 0);
	workload.name = strdup("trial");
	CU_ASSERT_EQUAL(workload_size_find(&workload, "smal", &size, &err), ERR_USAGE);
	CU_ASSERT_STRING_EQUAL(err.text, "trial has no size 'smal': it has tiny, small (did you mean 'small'?)");
	workload_free(&workload);
}

/* A size that is not named is the only one; of several it is small. */
static void a_size_that_is_not_named(void)
{
	static const struct {
		const char *yaml, *size; /* NULL: an error */
	} cases[] = {
		{"sizes: {huge: {}}\nsummary: s\n", "huge"},
		{"sizes: {tiny: {}, small: {}, paper: {}}\nsummary: s\n", "small"},
		{"sizes: {tiny: {}, paper: {}}\nsummary: s\n", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct workload_size *size;
		struct workload workload;
		struct err err;

		CU_ASSERT_EQUAL_FATAL(read_text(cases[i].yaml, &workload, &err), 0);
		workload.name = strdup("trial");
		CU_ASSERT_EQUAL(workload_size_find(&workload, "", &size, &err), cases[i].size ? 0 : ERR_USAGE);
		if (cases[i].size)
			CU_ASSERT_STRING_EQUAL(size->name, cases[i].size);
		if (!cases[i].size)
			CU_ASSERT_STRING_EQUAL(err.text, "trial has no size 'small': it has tiny, paper");
		workload_free(&workload);
	}
}

/* Each shipped workload has the sizes that every command offers. */
static void those_that_ship(void)
{
	struct shipped_names names;
	struct err err = {""};

	CU_ASSERT_EQUAL_FATAL(workload_list(&names, &err), 0);
	CU_ASSERT(names.count >= 3);
	for (size_t i = 0; i < names.count; i++) {
		const struct workload_size *size;
		struct workload workload;

		if (workload_read(&workload, names.name[i], &err) < 0)
			fprintf(stderr, "%s\n", err.text);
		CU_ASSERT_STRING_EQUAL_FATAL(workload.name, names.name[i]);
		for (int j = 0; j < 3; j++)
			CU_ASSERT_EQUAL(workload_size_find(&workload, (const char *[]){"tiny", "small", "paper"}[j],
							   &size, &err),
					0);
		workload_free(&workload);
	}
	shipped_names_free(&names);
}

CU_TestInfo workload_tests[] = {
	{"everything that can be said", everything_that_can_be_said},
	{"the least that must be said", the_least_that_must_be_said},
	{"defaults may stand behind the sizes", defaults_may_stand_behind_the_sizes},
	{"errors say where", errors_say_where},
	{"a size that is not there", a_size_that_is_not_there},
	{"a size that is not named", a_size_that_is_not_named},
	{"those that ship", those_that_ship},
	CU_TEST_INFO_NULL,
};
