/* SPDX-License-Identifier: MIT */
/*
 * A virtual machine monitor reduced to its memory: hands it over to a pager and touches it from several threads, as
 * virtual CPUs do, with every byte checked.
 *
 *   monitor SOCKET private|memfd PAGES THREADS CONTENT      CONTENT: the file of the memory's content
 *
 * The memory is two regions, with a hole between them, whose content lies in the file in the opposite order. It checks
 * the file's content, writes every second page, gives the pages of 8 to 15 of every 16 back, and checks that those are
 * zeros and that the others have what was written, in three rounds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

enum { PAGE = 4096, ROUNDS = 3 };

static size_t pages, threads;
static unsigned char *region[2];
static const unsigned char *content; /* of the file */
static pthread_barrier_t barrier;
static int failed;

#define CHECK(what)                    \
	do {                           \
		if (!(what)) {         \
			perror(#what); \
			exit(1);       \
		}                      \
	} while (0)

/* The first half of the pages is in the first region, whose content is the file's second half. */
static unsigned char *page_at(size_t page)
{
	return page < pages / 2 ? region[0] + page * PAGE : region[1] + (page - pages / 2) * PAGE;
}

static const unsigned char *content_at(size_t page)
{
	return content + (page + pages / 2) % pages * PAGE;
}

static int is_given_back(size_t page)
{
	return page % 16 >= 8;
}

static unsigned char written(size_t page, size_t round, size_t at)
{
	return (unsigned char)(page * 7 + round * 13 + at / 64);
}

static void check(size_t page, size_t round)
{
	const unsigned char *found = page_at(page), *stored = content_at(page);

	for (size_t at = 0; at < PAGE; at++) {
		unsigned char right = stored[at];

		if (round > 0 && is_given_back(page))
			right = 0;
		else if (round > 0 && page % 2)
			right = written(page, round - 1, at);
		if (found[at] != right && !__atomic_exchange_n(&failed, 1, __ATOMIC_RELAXED))
			printf("round %zu, page %zu, byte %zu: %d, and not %d\n", round, page, at, found[at], right);
	}
}

static void give_back(int is_private)
{
	for (size_t page = 8; page < pages; page += 16) /* pages / 2 is a multiple of 16 */
		CHECK(madvise(page_at(page), 8 * PAGE, is_private ? MADV_DONTNEED : MADV_REMOVE) == 0);
}

static void *run(void *argument)
{
	const size_t self = (size_t)(uintptr_t)argument / 2;
	const int is_private = (uintptr_t)argument % 2;

	for (size_t round = 0; round <= ROUNDS; round++) {
		for (size_t page = self; page < pages; page += threads)
			check(page, round);
		pthread_barrier_wait(&barrier);
		for (size_t page = self; page < pages; page += threads)
			for (size_t at = 0; page % 2 && at < PAGE; at++)
				page_at(page)[at] = written(page, round, at);
		pthread_barrier_wait(&barrier);
		if (self == 0)
			give_back(is_private);
		for (size_t page = self; page < pages; page += threads) /* while thread 0 gives the others back */
			if (!is_given_back(page))
				check(page, round + 1);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static int make_uffd(int is_private)
{
	struct uffdio_api api = {.api = UFFD_API,
				 .features = UFFD_FEATURE_EVENT_REMOVE |
					     (is_private ? 0 : UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_MISSING_SHMEM)};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	CHECK(fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0);
	for (int i = 0; i < 2; i++) {
		struct uffdio_register range = {.range = {(uintptr_t)region[i], pages / 2 * PAGE},
						.mode = UFFDIO_REGISTER_MODE_MISSING |
							(is_private ? 0 : UFFDIO_REGISTER_MODE_MINOR)};

		CHECK(ioctl(fd, UFFDIO_REGISTER, &range) == 0);
	}
	return fd;
}

static void hand_over(const char *path, const int *descriptor, size_t descriptors)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	const size_t half = pages / 2 * PAGE;
	char text[512];
	struct iovec part = {text, (size_t)snprintf(text, sizeof(text),
						    "[{\"base_host_virt_addr\":%zu,\"size\":%zu,\"offset\":%zu,\"page_"
						    "size\":4096,\"page_size_kib\":4096},"
						    "{\"base_host_virt_addr\":%zu,\"size\":%zu,\"offset\":0,\"page_"
						    "size\":4096,\"page_size_kib\":4096}]",
						    (size_t)region[0], half, half, (size_t)region[1], half)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = CMSG_SPACE(descriptors * sizeof(int))};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
	memcpy(CMSG_DATA(header), descriptor, descriptors * sizeof(int));
	strcpy(address.sun_path, path);
	CHECK(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(sendmsg(fd, &message, 0) == (ssize_t)part.iov_len);
}

int main(int argc, char **argv)
{
	const int is_private = argc > 2 && strcmp(argv[2], "private") == 0;
	int descriptor[2] = {-1, -1}, file = argc > 5 ? open(argv[5], O_RDONLY) : -1;
	pthread_t thread[64];

	if (argc != 6)
		return 2;
	pages = (size_t)atol(argv[3]) / 32 * 32;
	threads = (size_t)atol(argv[4]);
	content = mmap(NULL, pages * PAGE, PROT_READ, MAP_PRIVATE, file, 0);
	CHECK(content != MAP_FAILED && threads <= 64);
	if (!is_private) {
		descriptor[1] = memfd_create("guest", MFD_CLOEXEC);
		CHECK(ftruncate(descriptor[1], (off_t)(pages * PAGE)) == 0);
	}
	for (int i = 0; i < 2; i++) {
		region[i] = mmap(NULL, pages / 2 * PAGE, PROT_READ | PROT_WRITE,
				 is_private ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, descriptor[1],
				 i == 0 && !is_private ? (off_t)(pages / 2 * PAGE) : 0);
		CHECK(region[i] != MAP_FAILED);
		CHECK(mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
	}
	descriptor[0] = make_uffd(is_private);
	hand_over(argv[1], descriptor, is_private ? 1 : 2);
	pthread_barrier_init(&barrier, NULL, (unsigned)threads);
	for (size_t i = 0; i < threads; i++)
		CHECK(pthread_create(&thread[i], NULL, run, (void *)(uintptr_t)(2 * i + (unsigned)is_private)) == 0);
	for (size_t i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	puts(failed ? "wrong" : "right");
	return failed;
}
