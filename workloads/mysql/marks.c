/*
 * marks BEGIN END: bounds the region of interest from outside a server that only reads statements.
 *
 * BEGIN and END are FIFOs from which the server loads an empty table, one before its first query and one after its last. To open a FIFO
 * for writing waits until the server opens it for reading, and the server waits for its end: so each marker falls between two statements.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "vm.h"

static int mark(const char *fifo, const char *name)
{
	int writer = open(fifo, O_WRONLY);

	if (writer < 0) {
		perror(fifo);
		return -1;
	}
	vm_mark(name);
	return close(writer);
}

int main(int argc, char **argv)
{
	if (argc != 3 || vm_open() < 0) {
		perror("marks");
		return 1;
	}
	return mark(argv[1], "roi-begin") < 0 || mark(argv[2], "roi-end") < 0;
}
