/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The number of edits that turn one word into the other. An edit adds, drops or changes a letter, or swaps two
 * neighbours. */
static int edits(const char *a, int a_length, const char *b, int b_length)
{
	int rows[3][NEAREST_WORD + 1];
	int *before = rows[0], *above = rows[1], *row = rows[2], *swap;

	for (int j = 0; j <= b_length; j++)
		above[j] = j;
	for (int i = 1; i <= a_length; i++) {
		row[0] = i;
		for (int j = 1; j <= b_length; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		swap = before, before = above, above = row, row = swap;
	}
	return above[b_length];
}

void nearest_init(struct nearest *nearest, const char *word)
{
	size_t length = strlen(word);

	/* At most a third of the letters may differ: more would suggest words that nobody meant. */
	*nearest = (struct nearest){.word = word,
				    .distance = length >= NEAREST_WORD ? 0
						: length < 3           ? 2
								       : (int)length / 3 + 1};
}

void nearest_offer(struct nearest *nearest, const char *known)
{
	size_t length = strlen(nearest->word), known_length = strlen(known);
	int distance;

	if (nearest->distance == 0 || length >= NEAREST_WORD || known_length >= NEAREST_WORD)
		return;
	distance = edits(nearest->word, (int)length, known, (int)known_length);
	if (distance < nearest->distance && distance < (int)known_length) {
		nearest->distance = distance;
		memcpy(nearest->best, known, known_length + 1);
	}
}

struct nearest_hint nearest_hint(const struct nearest *nearest)
{
	struct nearest_hint hint = {""};

	if (nearest->best[0])
		snprintf(hint.text, sizeof(hint.text), " (did you mean '%s'?)", nearest->best);
	return hint;
}
