/* SPDX-License-Identifier: MIT */
/* The known word that a misspelt one was perhaps meant to be: offer every known word, then ask. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

enum { NEAREST_WORD = 64 }; /* longer words are never suggested */

struct nearest {
	const char *word;
	char best[NEAREST_WORD]; /* empty while nothing is near enough */
	int distance;
};

void nearest_init(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *known);

/* " (did you mean 'policy'?)", or an empty text when nothing offered was near enough. */
struct nearest_hint {
	char text[NEAREST_WORD + 24];
};
struct nearest_hint nearest_hint(const struct nearest *nearest);

#endif
