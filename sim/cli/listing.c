/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

#include <stdlib.h>

#include "report/columns.h"

int listing_begin(struct listing *listing, const char *columns, struct err *err)
{
	*listing = (struct listing){0};
	listing->to = open_memstream(&listing->text, &listing->size);
	if (!listing->to)
		return err_memory(err, "a table");
	fprintf(listing->to, "%s\n", columns);
	return 0;
}

int listing_end(struct listing *listing, int status, struct err *err)
{
	if (listing->to == stdout)
		return status;
	if (fclose(listing->to) != 0 && status >= 0)
		status = err_memory(err, "a table");
	if (status >= 0)
		columns_print_words(listing->text, stdout);
	free(listing->text);
	return status;
}

int listing_begin_blocks(struct listing *listing, const char *columns, struct err *err)
{
	*listing = (struct listing){.to = stdout};
	return columns_format() == COLUMNS_TEXT ? 0 : listing_begin(listing, columns, err);
}
