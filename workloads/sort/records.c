/*
 * Writes N records of 100 bytes in the layout of gensort -a (sortbenchmark.org): a key of 10 printable bytes, two spaces, the record's
 * number in 32 hexadecimal digits, two spaces, 52 bytes of filler in runs of four, and CR LF. The keys are uniform, from splitmix64
 * (Steele, Lea and Flood, 'Fast splittable pseudorandom number generators', OOPSLA 2014), and the same at every run.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

int main(int argc, char **argv)
{
	uint64_t records = argc == 2 ? strtoull(argv[1], NULL, 10) : 0, state = 1;

	for (uint64_t i = 0; i < records; i++) {
		char record[101], *at;

		for (at = record; at < record + 10; at++)
			*at = (char)(' ' + splitmix64(&state) % 95);
		at += sprintf(at, "  %032" PRIX64 "  ", i);
		for (int run = 0; run < 13; run++) {
			char filler = (char)('A' + splitmix64(&state) % 16);

			for (int j = 0; j < 4; j++)
				*at++ = filler;
		}
		*at++ = '\r';
		*at++ = '\n';
		fwrite(record, 100, 1, stdout);
	}
	return fflush(stdout) != 0;
}
