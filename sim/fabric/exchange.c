/* SPDX-License-Identifier: MIT */
#include "fabric/exchange.h"

#include <stdlib.h>

enum { ROOM = 16 };

/* Doubles the room. */
static int grow(struct exchanges *exchanges, struct err *err)
{
	uint32_t room = exchanges->count ? 2 * exchanges->count : ROOM;
	struct exchange *all = realloc(exchanges->exchange, room * sizeof(*all));

	if (!all)
		return err_memory(err, "fetches in flight");
	exchanges->exchange = all;
	for (uint32_t i = room; i-- > exchanges->count;) {
		all[i] = (struct exchange){.next_free = exchanges->free};
		exchanges->free = i + 1;
	}
	exchanges->count = room;
	return 0;
}

int exchanges_begin(struct exchanges *exchanges, const struct exchange *what, uint32_t *number, struct err *err)
{
	if (!exchanges->free && grow(exchanges, err) < 0)
		return ERR_FAILED;
	*number = exchanges->free - 1;
	exchanges->free = exchanges->exchange[*number].next_free;
	exchanges->exchange[*number] = *what;
	exchanges->exchange[*number].state = EXCHANGE_GOES_ON;
	return 0;
}

struct plane_delivery exchanges_end(struct exchanges *exchanges, uint32_t number, const struct plane_delivery *delivery)
{
	struct exchange *exchange = &exchanges->exchange[number];

	exchange->state = EXCHANGE_FREE;
	exchange->next_free = exchanges->free;
	exchanges->free = number + 1;
	return (struct plane_delivery){.tag = exchange->tag,
				       .at_ps = delivery->at_ps,
				       .queue_ps = exchange->queue_ps + delivery->queue_ps,
				       .wire_ps = exchange->wire_ps + delivery->wire_ps};
}

void exchanges_add_write(struct exchanges *exchanges, struct exchange_writes *writes, uint32_t number)
{
	struct exchange *write = &exchanges->exchange[number];

	write->older = writes->newest;
	write->newer = 0;
	if (writes->newest)
		exchanges->exchange[writes->newest - 1].newer = number + 1;
	else
		writes->oldest = number + 1;
	writes->newest = number + 1;
	writes->count++;
}

void exchanges_remove_write(struct exchanges *exchanges, struct exchange_writes *writes, uint32_t number)
{
	const struct exchange *write = &exchanges->exchange[number];

	if (write->older)
		exchanges->exchange[write->older - 1].newer = write->newer;
	else
		writes->oldest = write->newer;
	if (write->newer)
		exchanges->exchange[write->newer - 1].older = write->older;
	else
		writes->newest = write->older;
	writes->count--;
	writes->hurried -= writes->hurried > 0;
}

void exchanges_hurry(const struct exchanges *exchanges, struct exchange_writes *writes, uint64_t count,
		     struct plane *plane)
{
	uint32_t at = writes->oldest;

	for (uint64_t i = 0; i < count && at; i++) {
		plane_raise(plane, exchanges->exchange[at - 1].message);
		at = exchanges->exchange[at - 1].newer;
	}
	writes->hurried = count > writes->hurried ? count : writes->hurried;
}

void exchanges_free(struct exchanges *exchanges)
{
	free(exchanges->exchange);
	*exchanges = (struct exchanges){0};
}
