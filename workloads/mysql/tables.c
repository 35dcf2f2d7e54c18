/*
 * Writes a small warehouse as tab-separated tables into the current folder: tables ORDERS
 *
 * Shape, cardinalities and value ranges are those of TPC-H (specification 3.0.1, clause 4.2) at a scale factor of ORDERS / 1500000. It
 * is not TPC-H: keys are dense, texts are drawn from a short list of words, and columns that no query here reads are left out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FIRST_DAY = 8035, DAYS = 2406, NATIONS = 25 }; /* orders from 1992-01-01 to 1998-08-02; days since 1970 */

static const char *const segments[] = {"AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"};
static const char *const regions[] = {"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"};
static const char *const words[] = {"carefully", "final", "deposits", "sleep", "quickly", "ironic", "requests", "haggle",
                                    "furiously", "regular", "packages", "above",  "the",     "express", "theodolites", "nag"};

static uint64_t state = 1;

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014); `from` to `to`, both included. */
static long draw(long from, long to)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return from + (long)((z ^ z >> 31) % (uint64_t)(to - from + 1));
}

static void comment(FILE *to, long from_words, long to_words)
{
	for (long n = draw(from_words, to_words); n > 0; n--)
		fprintf(to, "%s%s", words[draw(0, 15)], n > 1 ? " " : "\n");
}

static const char *date(long day)
{
	static char text[2][16];
	static int next;
	time_t seconds = day * 86400;
	struct tm tm;

	next = !next;
	gmtime_r(&seconds, &tm);
	strftime(text[next], sizeof(text[next]), "%Y-%m-%d", &tm);
	return text[next];
}

static FILE *create(const char *name)
{
	FILE *file = fopen(name, "w");

	if (!file) {
		perror(name);
		exit(1);
	}
	return file;
}

static long retail_cents(long part)
{
	return 90000 + part / 10 % 20001 + 100 * (part % 1000);
}

static void write_places(long suppliers, long customers, long parts)
{
	FILE *region = create("region"), *nation = create("nation"), *supplier = create("supplier"), *customer = create("customer");
	FILE *part = create("part");

	for (int i = 0; i < 5; i++)
		fprintf(region, "%d\t%s\n", i, regions[i]);
	for (int i = 0; i < NATIONS; i++)
		fprintf(nation, "%d\tNATION %02d\t%d\n", i, i, i % 5);
	for (long i = 1; i <= suppliers; i++)
		fprintf(supplier, "%ld\t%ld\tSupplier#%09ld\n", i, draw(0, NATIONS - 1), i);
	for (long i = 1; i <= customers; i++) {
		fprintf(customer, "%ld\tCustomer#%09ld\t%ld\t%s\t", i, i, draw(0, NATIONS - 1), segments[draw(0, 4)]);
		comment(customer, 4, 12);
	}
	for (long i = 1; i <= parts; i++) {
		fprintf(part, "%ld\tBrand#%ld%ld\t%ld\t%ld.%02ld\t", i, draw(1, 5), draw(1, 5), draw(1, 50), retail_cents(i) / 100, retail_cents(i) % 100);
		comment(part, 1, 3);
	}
	fclose(region);
	fclose(nation);
	fclose(supplier);
	fclose(customer);
	fclose(part);
}

static void write_orders(long orders, long suppliers, long customers, long parts)
{
	FILE *order = create("orders"), *line = create("lineitem");

	for (long i = 1; i <= orders; i++) {
		long customer = draw(1, customers), day = FIRST_DAY + draw(0, DAYS - 1);

		if (customer % 3 == 0) /* a third never orders */
			customer--;
		fprintf(order, "%ld\t%ld\t%s\t0\t", i, customer, date(day));
		comment(order, 3, 9);
		for (long j = 1, lines = draw(1, 7); j <= lines; j++) {
			long part = draw(1, parts), quantity = draw(1, 50), cents = quantity * retail_cents(part);

			fprintf(line, "%ld\t%ld\t%ld\t%ld\t%ld\t%ld.%02ld\t0.%02ld\t%s\t", i, j, part, draw(1, suppliers), quantity, cents / 100,
			        cents % 100, draw(0, 10), date(day + draw(1, 121)));
			comment(line, 2, 5);
		}
	}
	fclose(order);
	fclose(line);
}

int main(int argc, char **argv)
{
	long orders = argc == 2 ? atol(argv[1]) : 0;

	if (orders < 1500) {
		fprintf(stderr, "usage: tables ORDERS (1500 or more)\n");
		return 2;
	}
	write_places(orders / 150, orders / 10, orders * 2 / 15);
	write_orders(orders, orders / 150, orders / 10, orders * 2 / 15);
	return 0;
}
