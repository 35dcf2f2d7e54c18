/* SPDX-License-Identifier: MIT */
#include "emulator/pager_lent.h"

#include <errno.h>
#include <unistd.h>

#include "trace/header.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)

/* The offset of an address in the files of its area. */
static uint64_t file_offset(const struct pager *pager, uint64_t address)
{
	const struct area *area = areas_find(&pager->areas, address);

	return area->offset + (address - area->start);
}

bool lent_is_stored(const struct pager *pager, uint64_t address)
{
	const struct pager_lent *lent = &pager->lent;

	return lent->is_lent && lent->content >= 0 && !lent->gone[file_offset(pager, address) >> TRACE_PAGE_SHIFT];
}

int lent_bring(const struct pager *pager, uint64_t address)
{
	unsigned char page[PAGE_BYTES];
	ssize_t bytes = pread(pager->lent.content, page, sizeof(page), (off_t)file_offset(pager, address));

	if (bytes != sizeof(page))
		return bytes < 0 ? -errno : -EIO;
	return uffd_copy(&pager->uffd, address, page, false);
}

/* Notes that a part's content is zeros from now on. */
static void note_gone(void *context, const struct area *area)
{
	const struct pager *pager = context;

	for (uint64_t at = 0; pager->lent.gone && at < area->end - area->start; at += PAGE_BYTES)
		pager->lent.gone[(area->offset + at) >> TRACE_PAGE_SHIFT] = 1;
}

/* The thread that gives the range back goes on once its event is read, and only then does the kernel free the pages. A
 * page that another thread waits for stays known, and is mapped as zeros. */
static int forget_range(struct pager *pager, uint64_t start, uint64_t end, struct err *err)
{
	const uint64_t to = end >> TRACE_PAGE_SHIFT;
	int status = 0;

	areas_visit(&pager->areas, start, end, note_gone, pager);
	for (unsigned i = 0; i < PAGER_WAITS; i++)
		if (pager->wait[i].busy && pager->wait[i].address >= start && pager->wait[i].address < end) {
			pager->wait[i].stored = false;
			pager->wait[i].first = true;
		}
	for (uint64_t vpn = pages_next(&pager->pages, start >> TRACE_PAGE_SHIFT, to); vpn < to && status == 0;
	     vpn = pages_next(&pager->pages, vpn + 1, to)) {
		page_id page = pages_find(&pager->pages, vpn);

		if (pager->pages.info[page].fetching)
			continue;
		status = live_forget(&pager->live, page, err);
		pages_remove(&pager->pages, page);
	}
	pager->counts.removals++;
	return status;
}

int lent_change(struct pager *pager, const struct uffd_msg *event, struct err *err)
{
	switch (event->event) {
	case UFFD_EVENT_REMOVE:
	case UFFD_EVENT_UNMAP: return forget_range(pager, event->arg.remove.start, event->arg.remove.end, err);
	case UFFD_EVENT_FORK: close((int)event->arg.fork.ufd); return 0; /* the copy's memory is not managed */
	case UFFD_EVENT_REMAP:
		return err_set(err, ERR_FAILED, "process %ld moved its memory (mremap), which is not supported",
			       (long)pager->pid);
	}
	return 0;
}
