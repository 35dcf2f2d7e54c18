/* SPDX-License-Identifier: MIT */
/* The known word that a misspelt word was perhaps meant to be: offer each known word, then request the hint. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

enum { NEAREST_WORD = 64 }; /* longer words are never suggested */

struct nearest {
	const char *word;
	char best[NEAREST_WORD]; /* empty until a word is near enough */
	int distance;
};

void nearest_init(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *known);

/* " (did you mean 'policy'?)", or an empty text if no offered word was near enough. */
struct nearest_hint {
	char text[NEAREST_WORD + 24];
};
struct nearest_hint nearest_hint(const struct nearest *nearest);

#endif
