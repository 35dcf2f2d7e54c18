/* SPDX-License-Identifier: MIT */
#include "emulator/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/share.h"
#include "trace/header.h"

enum { RECEIVE_S = 10, MESSAGE_BYTES = 1 << 18, DESCRIPTORS = 2 };

/* ---- what the monitor sends ---- */

struct message {
	char *text;
	size_t bytes;
	int descriptor[DESCRIPTORS];
	int descriptors;
	bool too_many;
};

static void keep_descriptors(const struct msghdr *header, struct message *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR((struct msghdr *)header, part)) {
		size_t count = part->cmsg_type == SCM_RIGHTS ? (part->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

		for (size_t i = 0; part->cmsg_level == SOL_SOCKET && i < count; i++) {
			int descriptor;

			memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
			if (message->descriptors < DESCRIPTORS) {
				message->descriptor[message->descriptors++] = descriptor;
			} else {
				close(descriptor);
				message->too_many = true;
			}
		}
	}
	message->too_many |= header->msg_flags & MSG_CTRUNC;
}

/* Reads until the layout is whole. */
static int receive(int connection, struct message *message, struct areas *areas, struct err *err)
{
	union {
		char bytes[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control;
	bool partial = true;
	int status = err_set(err, ERR_FAILED, "it sent nothing");

	while (status < 0 && partial && message->bytes < MESSAGE_BYTES) {
		struct iovec part = {message->text + message->bytes, MESSAGE_BYTES - message->bytes};
		struct msghdr header = {
			.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
		ssize_t bytes = recvmsg(connection, &header, MSG_CMSG_CLOEXEC);

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0)
			return errno == EAGAIN ? err_set(err, ERR_FAILED, "it sent no whole memory layout within %d s",
							 RECEIVE_S)
					       : err_errno(err, ERR_FAILED, "the connection");
		keep_descriptors(&header, message);
		if (bytes == 0)
			return status;
		message->bytes += (size_t)bytes;
		status = layout_parse(message->text, message->bytes, areas, &partial, err);
	}
	return status;
}

static int check_uffd(int descriptor, struct err *err)
{
	struct pollfd state = {.fd = descriptor, .events = POLLIN};
	char path[64], link[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	if (readlink(path, link, sizeof(link) - 1) < 0 || strcmp(link, "anon_inode:[userfaultfd]") != 0)
		return err_set(err, ERR_FAILED, "the first descriptor is not a userfaultfd but %s",
			       err_quote(link).text);
	fcntl(descriptor, F_SETFL, O_NONBLOCK);
	if (poll(&state, 1, 0) > 0 && (state.revents & POLLERR))
		return err_set(err, ERR_FAILED, "the userfaultfd was not enabled (UFFDIO_API)");
	return 0;
}

static int check_memory(int descriptor, const struct areas *areas, struct err *err)
{
	struct stat info;

	if (fstat(descriptor, &info) < 0 || !S_ISREG(info.st_mode))
		return err_set(err, ERR_FAILED,
			       "the second descriptor is not the file of the guest's memory (a memfd)");
	if ((uint64_t)info.st_size < layout_file_bytes(areas))
		return err_set(err, ERR_FAILED,
			       "the file of the guest's memory has %lld bytes, and its layout reaches to %llu",
			       (long long)info.st_size, (unsigned long long)layout_file_bytes(areas));
	return 0;
}

static int check_message(const struct message *message, const struct areas *areas, struct err *err)
{
	int status;

	if (message->descriptors == 0 || message->too_many)
		return err_set(err, ERR_FAILED,
			       "the layout came with %s; expected are the userfaultfd and perhaps the memory's file",
			       message->too_many ? "more than 2 descriptors" : "no descriptor");
	status = check_uffd(message->descriptor[0], err);
	return status < 0 || message->descriptors == 1 ? status : check_memory(message->descriptor[1], areas, err);
}

int handover_receive(int socket, struct handover *handover, struct err *err)
{
	const struct timeval limit = {.tv_sec = RECEIVE_S};
	struct message message = {.text = malloc(MESSAGE_BYTES), .descriptor = {-1, -1}};
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);
	int status;

	*handover = (struct handover){.connection = accept4(socket, NULL, NULL, SOCK_CLOEXEC),
				      .uffd = -1,
				      .memory = -1};
	if (handover->connection < 0 || !message.text) {
		status = message.text ? err_errno(err, ERR_FAILED, "the socket") : err_memory(err, "a message");
	} else {
		setsockopt(handover->connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		getsockopt(handover->connection, SOL_SOCKET, SO_PEERCRED, &peer, &size);
		handover->monitor = peer.pid;
		status = receive(handover->connection, &message, &handover->areas, err);
		handover->uffd = message.descriptor[0];
		handover->memory = message.descriptor[1];
	}
	if (status == 0)
		status = check_message(&message, &handover->areas, err);
	free(message.text);
	if (status < 0)
		handover_free(handover);
	return status;
}

void handover_free(struct handover *handover)
{
	const int descriptor[] = {handover->connection, handover->uffd, handover->memory};

	for (size_t i = 0; i < sizeof(descriptor) / sizeof(*descriptor); i++)
		if (descriptor[i] >= 0)
			close(descriptor[i]);
	areas_free(&handover->areas);
}

/* ---- serving it ---- */

static int check_content(const struct handover *handover, int content, struct err *err)
{
	const uint64_t needed = layout_file_bytes(&handover->areas);
	struct stat info;

	if (content < 0)
		return 0;
	if (fstat(content, &info) < 0)
		return err_errno(err, ERR_FAILED, "the file of the memory's content");
	return (uint64_t)info.st_size >= needed
		       ? 0
		       : err_set(err, ERR_FAILED,
				 "the file of the memory's content has %lld bytes, and the layout reaches to %llu",
				 (long long)info.st_size, (unsigned long long)needed);
}

/* Pages of a memfd that the monitor has mapped already would not trap. */
static int unmap_all(const struct handover *handover, struct pager *pager, struct err *err)
{
	struct unmapper unmapper;
	int status = unmap_open(&unmapper, handover->monitor, err);

	if (status < 0)
		return status;
	for (size_t i = 0; i < handover->areas.count; i++)
		pager->counts.stuck += unmap_range(&unmapper, handover->areas.area[i].start,
						   handover->areas.area[i].end);
	unmap_close(&unmapper);
	return 0;
}

static int take_memory(const struct handover *handover, const struct uffd *uffd, struct pager *pager, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < handover->areas.count && status == 0; i++) {
		const struct area *area = &handover->areas.area[i];

		if (handover->memory >= 0 &&
		    (status = uffd_register(uffd, area->start, area->end - area->start, err)) < 0)
			return err_set(err, ERR_FAILED,
				       "its userfaultfd does not take region %zu for minor faults: it must have been "
				       "enabled with UFFD_FEATURE_MINOR_SHMEM, and the region must map the memfd",
				       i);
		status = pager_add(pager, area, err);
	}
	return status < 0 || handover->memory < 0 ? status : unmap_all(handover, pager, err);
}

/* Until the monitor has ended; a signal to this process ends the monitor. */
static void wait_for_end(const struct handover *handover, const volatile sig_atomic_t *stop)
{
	struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, handover->monitor, 0), .events = POLLIN};
	bool killed = false;

	while (end.fd >= 0 && poll(&end, 1, 100) <= 0)
		if (*stop && !killed)
			killed = kill(handover->monitor, SIGKILL) == 0;
	if (end.fd >= 0)
		close(end.fd);
}

static int serve(const struct handover *handover, struct pager *pager, const volatile sig_atomic_t *stop,
		 struct err *err)
{
	const struct uffd uffd = {.fd = handover->uffd, .events = true};
	struct err ended;
	int status = take_memory(handover, &uffd, pager, err);

	if (status == 0)
		status = pager_attach(pager, handover->monitor, &uffd, handover->memory, err);
	if (status < 0) {
		kill(handover->monitor, SIGKILL);
		return status;
	}
	wait_for_end(handover, stop);
	pager_end(pager);
	if (pager_detach(pager, &ended) < 0) {
		*err = ended;
		status = ERR_FAILED;
	}
	return status;
}

static int prepare(const struct handover *handover, const struct config *config, const struct handover_options *options,
		   struct pager *pager, struct err *err)
{
	const uint64_t all = layout_pages(&handover->areas);
	const uint32_t pages = (uint32_t)all;
	const bool is_private = handover->memory < 0;
	uint32_t local = is_private ? pages : (uint32_t)share_pages(&config->vms[0].local, pages, TRACE_PAGE_SHIFT);
	struct calibration calibration;
	int status = check_content(handover, options->content, err);

	if (status == 0 && all > FRAME_MAP_PAGES_MAX)
		status = err_set(err, ERR_FAILED, "the layout has %llu pages; at most %llu are supported",
				 (unsigned long long)all, (unsigned long long)FRAME_MAP_PAGES_MAX);
	if (status == 0 && local == 0)
		status = err_set(err, ERR_USAGE, "vms.local: no page of the guest's memory would be local");
	if (status < 0 || (status = calibrate(config, true, NULL, &calibration, err)) < 0 ||
	    (status = pager_init(pager, config, pages, local, NULL, err)) < 0)
		return status;
	pager->cost[0] = pager->cost[1] = calibration.cost;
	pager->lent = (struct pager_lent){.is_lent = true, .is_private = is_private, .content = options->content};
	pager->lent.gone = calloc(layout_file_bytes(&handover->areas) >> TRACE_PAGE_SHIFT, 1);
	pager_set_several(pager, true);
	if (pager->lent.gone)
		return 0;
	pager_free(pager);
	return err_memory(err, "the guest's pages");
}

int handover_serve(const struct handover *handover, const struct config *config, const struct handover_options *options,
		   struct job_result *job, struct pager_counts *counts, struct err *err)
{
	struct pager pager;
	int status = prepare(handover, config, options, &pager, err);

	if (status < 0) {
		kill(handover->monitor, SIGKILL);
		return status;
	}
	status = serve(handover, &pager, options->stop, err);
	if (status == 0)
		status = pager_result(&pager, job, err);
	*counts = pager.counts;
	free(pager.lent.gone);
	pager_free(&pager);
	return status;
}
