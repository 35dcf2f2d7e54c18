/* SPDX-License-Identifier: MIT */
#include "peers/wire.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <ucp/api/ucp.h>

#include "peers/wire_log.h"
#include "trace/header.h"

#define PAGE_BYTES ((size_t)1 << TRACE_PAGE_SHIFT)

enum { AM_PAGES }; /* the only active message */

static const struct kind {
	const char *name, *transports; /* UCX_TLS */
	bool is_direct, has_failures;
} kinds[WIRE_KINDS] = {
	[WIRE_SHARED] = {"shared", "posix", true, false},
	[WIRE_RDMA] = {"rdma", "rc,ud", true, true},
	[WIRE_TCP] = {"tcp", "tcp", false, true},
};

struct wire_host {
	const struct kind *kind;
	ucp_context_h context;
};

/* A message being sent: UCX may read its head until it has been sent. */
struct slot {
	unsigned char head[PAGE_HEAD];
	struct slot *next;
	struct wire *wire;
};

/* Request numbers that wait for a flush. */
struct puts {
	uint64_t *request;
	size_t count, room;
};

/* A one-sided get under way. */
struct get {
	struct wire *wire;
	uint64_t request;
};

struct wire {
	struct wire_host *host;
	struct wire_user user;
	ucp_worker_h worker;
	ucp_ep_h end;
	ucp_address_t *address;
	size_t address_size;
	int descriptor;
	struct slot *spare;
	struct puts unflushed, flushing;
	bool is_flushing, has_failed;
	unsigned under_way;     /* requests of ours that have no answer yet */
	unsigned char **wanted; /* by request number: where its page goes (messages) */
	size_t wanted_room;
	uint64_t dropped;
};

const char *wire_kind_name(unsigned kind)
{
	return kind < WIRE_KINDS ? kinds[kind].name : NULL;
}

bool wire_kind_is_direct(enum wire_kind kind)
{
	return kinds[kind].is_direct;
}

static int fail(struct err *err, ucs_status_t status, const char *what)
{
	return err_set(err, ERR_FAILED, "UCX: %s: %s", what, ucs_status_string(status));
}

/* ---- hosts ---- */

static ucs_status_t configure(const struct kind *kind, const char *device, ucp_config_t *config)
{
	/* A page is always sent with its message, and not fetched by the other side. */
	ucs_status_t status = ucp_config_modify(config, "RNDV_THRESH", "inf");

	if (status == UCS_OK)
		status = ucp_config_modify(config, "TLS", kind->transports);
	if (status == UCS_OK && *device && kind != &kinds[WIRE_SHARED])
		status = ucp_config_modify(config, "NET_DEVICES", device);
	return status;
}

int wire_host_open(struct wire_host **host, enum wire_kind kind, const char *device, struct err *err)
{
	const ucp_params_t params = {.field_mask = UCP_PARAM_FIELD_FEATURES,
				     .features = UCP_FEATURE_AM | UCP_FEATURE_WAKEUP |
						 (kinds[kind].is_direct ? UCP_FEATURE_RMA : 0)};
	ucp_config_t *config;
	ucs_status_t status;

	wire_log_begin();
	*host = calloc(1, sizeof(**host));
	if (!*host)
		return err_memory(err, "a UCX context");
	(*host)->kind = &kinds[kind];
	status = ucp_config_read(NULL, NULL, &config);
	if (status == UCS_OK) {
		status = configure(&kinds[kind], device, config);
		if (status == UCS_OK)
			status = ucp_init(&params, config, &(*host)->context);
		ucp_config_release(config);
	}
	if (status == UCS_OK)
		return 0;
	free(*host);
	*host = NULL;
	return err_set(err, ERR_FAILED, "UCX: no way for pages by '%s' (transports %s%s%s): %s", kinds[kind].name,
		       kinds[kind].transports, *device ? ", device " : "", device, ucs_status_string(status));
}

void wire_host_close(struct wire_host *host)
{
	if (!host)
		return;
	ucp_cleanup(host->context);
	free(host);
}

static bool has_same_address(const struct sockaddr *one, const struct sockaddr *other)
{
	if (!one || one->sa_family != other->sa_family)
		return false;
	if (one->sa_family == AF_INET)
		return ((const struct sockaddr_in *)one)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)other)->sin_addr.s_addr;
	return one->sa_family == AF_INET6 &&
	       memcmp(&((const struct sockaddr_in6 *)one)->sin6_addr, &((const struct sockaddr_in6 *)other)->sin6_addr,
		      sizeof(struct in6_addr)) == 0;
}

/* All of 127.0.0.0/8 is loopback's, although only 127.0.0.1 is listed. */
static bool is_loopback(const struct sockaddr *address)
{
	return address->sa_family == AF_INET &&
	       ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool wire_device_of(const struct sockaddr *address, char device[WIRE_DEVICE])
{
	const bool loopback = is_loopback(address);
	struct ifaddrs *all;
	bool found = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (const struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		found = loopback ? one->ifa_flags & IFF_LOOPBACK : has_same_address(one->ifa_addr, address);
		if (found)
			strncpy(device, one->ifa_name, WIRE_DEVICE - 1)[WIRE_DEVICE - 1] = '\0';
	}
	freeifaddrs(all);
	return found;
}

/* ---- memory ---- */

static int map_direct(struct wire_host *host, struct wire_memory *memory, struct err *err)
{
	const ucp_mem_map_params_t params = {.field_mask = UCP_MEM_MAP_PARAM_FIELD_LENGTH |
							   UCP_MEM_MAP_PARAM_FIELD_FLAGS,
					     .length = memory->bytes,
					     .flags = UCP_MEM_MAP_ALLOCATE | UCP_MEM_MAP_NONBLOCK};
	ucp_mem_attr_t about = {.field_mask = UCP_MEM_ATTR_FIELD_ADDRESS};
	ucp_mem_h handle;
	ucs_status_t status = ucp_mem_map(host->context, &params, &handle);

	if (status != UCS_OK)
		return fail(err, status, "memory to lend");
	memory->handle = handle;
	status = ucp_mem_query(handle, &about);
	memory->start = about.address;
	if (status == UCS_OK)
		status = ucp_rkey_pack(host->context, handle, &memory->key, &memory->key_size);
	if (status == UCS_OK)
		return 0;
	ucp_mem_unmap(host->context, handle);
	return fail(err, status, "the key of lent memory");
}

int wire_memory_open(struct wire_host *host, uint64_t bytes, struct wire_memory *memory, struct err *err)
{
	*memory = (struct wire_memory){.bytes = bytes};
	if (host->kind->is_direct)
		return map_direct(host, memory, err);
	memory->start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory->start == MAP_FAILED ? err_errno(err, ERR_FAILED, "memory to lend") : 0;
}

void wire_memory_close(struct wire_host *host, struct wire_memory *memory)
{
	if (memory->key)
		ucp_rkey_buffer_release(memory->key);
	if (memory->handle)
		ucp_mem_unmap(host->context, memory->handle);
	else if (memory->start)
		munmap(memory->start, memory->bytes);
	*memory = (struct wire_memory){0};
}

/* ---- messages ---- */

static void sent(void *request, ucs_status_t status, void *context)
{
	struct slot *slot = context;

	(void)status; /* of a failure, the heart-beat learns */
	slot->next = slot->wire->spare;
	slot->wire->spare = slot;
	ucp_request_free(request);
}

/* Sends a head, and the page if there is one, which must last. Returns 0 or a negative number. */
static int send_page(struct wire *wire, const struct page_head *head, const void *page)
{
	struct slot *slot = wire->spare;
	ucp_request_param_t params = {.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA,
				      .cb.send = sent};
	ucs_status_ptr_t request;

	if (slot)
		wire->spare = slot->next;
	else
		slot = malloc(sizeof(*slot));
	if (!slot)
		return -1;
	slot->wire = wire;
	params.user_data = slot;
	page_head_write(head, slot->head);
	request = ucp_am_send_nbx(wire->end, AM_PAGES, slot->head, PAGE_HEAD, page, page ? PAGE_BYTES : 0, &params);
	if (UCS_PTR_IS_PTR(request))
		return 0;
	slot->next = wire->spare;
	wire->spare = slot;
	return UCS_PTR_IS_ERR(request) ? -1 : 0;
}

/* The lender answers a borrower's message. */
static void answer(struct wire *wire, struct page_head *head, const void *data)
{
	unsigned char *frame = wire->user.frame(wire->user.context, head->token, head->frame);
	const bool is_get = head->kind == PAGE_GET;

	wire->dropped += !frame;
	if (frame && !is_get)
		memcpy(frame, data, PAGE_BYTES);
	head->kind = !frame ? PAGE_BAD : is_get ? PAGE_HERE : PAGE_STORED;
	(void)send_page(wire, head, frame && is_get ? frame : NULL); /* a failure ends the connection soon */
}

/* A lender's answer. One that was not asked for, or was asked for by a connection before, is dropped. */
static void take_answer(struct wire *wire, const struct page_head *head, const void *data)
{
	unsigned char *content = head->request < wire->wanted_room ? wire->wanted[head->request] : NULL;

	if (!content) {
		wire->dropped++;
		return;
	}
	wire->wanted[head->request] = NULL;
	wire->under_way--;
	if (head->kind == PAGE_HERE)
		memcpy(content, data, PAGE_BYTES);
	wire->user.done(wire->user.context, head->request, head->kind != PAGE_BAD);
}

static ucs_status_t take(void *context, const void *start, size_t size, void *data, size_t length,
			 const ucp_am_recv_param_t *params)
{
	struct wire *wire = context;
	struct page_head head;
	bool fine = !(params->recv_attr & UCP_AM_RECV_ATTR_FLAG_RNDV) && page_head_read(start, size, length, &head);

	if (fine && wire->user.frame && (head.kind == PAGE_GET || head.kind == PAGE_PUT))
		answer(wire, &head, data);
	else if (fine && wire->user.done && head.kind >= PAGE_HERE)
		take_answer(wire, &head, data);
	else
		wire->dropped++;
	return UCS_OK;
}

/* ---- connections ---- */

static ucs_status_t open_worker(struct wire *wire)
{
	const ucp_worker_params_t params = {.field_mask = UCP_WORKER_PARAM_FIELD_THREAD_MODE,
					    .thread_mode = UCS_THREAD_MODE_SINGLE};
	const ucp_am_handler_param_t handler = {.field_mask = UCP_AM_HANDLER_PARAM_FIELD_ID |
							      UCP_AM_HANDLER_PARAM_FIELD_CB |
							      UCP_AM_HANDLER_PARAM_FIELD_ARG,
						.id = AM_PAGES,
						.cb = take,
						.arg = wire};
	ucs_status_t status = ucp_worker_create(wire->host->context, &params, &wire->worker);

	if (status != UCS_OK)
		return status;
	status = ucp_worker_set_am_recv_handler(wire->worker, &handler);
	if (status == UCS_OK)
		status = ucp_worker_get_efd(wire->worker, &wire->descriptor);
	if (status == UCS_OK)
		status = ucp_worker_get_address(wire->worker, &wire->address, &wire->address_size);
	return status;
}

int wire_open(struct wire **wire, struct wire_host *host, const struct wire_user *user, struct err *err)
{
	ucs_status_t status;

	*wire = calloc(1, sizeof(**wire));
	if (!*wire)
		return err_memory(err, "a UCX worker");
	(*wire)->host = host;
	(*wire)->user = *user;
	status = open_worker(*wire);
	if (status == UCS_OK)
		return 0;
	wire_close(*wire);
	*wire = NULL;
	return fail(err, status, "a worker");
}

/* Destroying the worker destroys its end too, without asking the other side, which may be gone. */
void wire_close(struct wire *wire)
{
	if (!wire)
		return;
	wire->user = (struct wire_user){0};
	if (wire->address)
		ucp_worker_release_address(wire->worker, wire->address);
	if (wire->worker)
		ucp_worker_destroy(wire->worker);
	while (wire->spare) {
		struct slot *slot = wire->spare;

		wire->spare = slot->next;
		free(slot);
	}
	free(wire->unflushed.request);
	free(wire->flushing.request);
	free(wire->wanted);
	free(wire);
}

const void *wire_address(const struct wire *wire, size_t *size)
{
	*size = wire->address_size;
	return wire->address;
}

static void note_failure(void *context, ucp_ep_h end, ucs_status_t status)
{
	struct wire *wire = context;

	(void)end, (void)status;
	wire->has_failed = true;
}

int wire_connect(struct wire *wire, const void *address, size_t size, struct err *err)
{
	ucp_ep_params_t params = {.field_mask = UCP_EP_PARAM_FIELD_REMOTE_ADDRESS |
						UCP_EP_PARAM_FIELD_ERR_HANDLING_MODE | UCP_EP_PARAM_FIELD_ERR_HANDLER,
				  .err_mode = wire->host->kind->has_failures ? UCP_ERR_HANDLING_MODE_PEER
									     : UCP_ERR_HANDLING_MODE_NONE,
				  .err_handler = {note_failure, wire}};
	unsigned char copy[MESSAGE_BYTES + 64] = {0}; /* UCX does not know where an address ends: zeros follow */
	ucs_status_t status;

	if (size > MESSAGE_BYTES)
		return err_set(err, ERR_FAILED, "UCX: an address of %zu bytes", size);
	memcpy(copy, address, size);
	params.address = (const ucp_address_t *)copy;
	status = ucp_ep_create(wire->worker, &params, &wire->end);
	return status == UCS_OK ? 0 : fail(err, status, "no connection for pages");
}

bool wire_is_waiting(const struct wire *wire)
{
	return wire->under_way;
}

bool wire_progress(struct wire *wire)
{
	return ucp_worker_progress(wire->worker) != 0;
}

int wire_descriptor(const struct wire *wire)
{
	return wire->descriptor;
}

bool wire_arm(struct wire *wire)
{
	return ucp_worker_arm(wire->worker) != UCS_ERR_BUSY;
}

uint64_t wire_dropped(const struct wire *wire)
{
	return wire->dropped;
}

/* ---- the borrower ---- */

int wire_attach(struct wire *wire, const void *key, size_t key_size, struct wire_lease *lease, struct err *err)
{
	ucp_rkey_h handle;
	ucs_status_t status;

	lease->key = NULL;
	if (!wire->host->kind->is_direct)
		return 0;
	if (!key_size)
		return err_set(err, ERR_FAILED, "UCX: a lease without a key of remote access");
	status = ucp_ep_rkey_unpack(wire->end, key, &handle);
	if (status != UCS_OK)
		return fail(err, status, "the key of a lease");
	lease->key = handle;
	return 0;
}

void wire_detach(struct wire_lease *lease)
{
	if (lease->key)
		ucp_rkey_destroy(lease->key);
	lease->key = NULL;
}

/* Remembers where the answer to a message goes. False when memory runs out. */
static bool expect(struct wire *wire, uint64_t request, unsigned char *content)
{
	if (request >= wire->wanted_room) {
		size_t room = wire->wanted_room ? wire->wanted_room : 64;
		unsigned char **wanted;

		while (room <= request)
			room *= 2;
		wanted = realloc(wire->wanted, room * sizeof(*wanted));
		if (!wanted)
			return false;
		memset(wanted + wire->wanted_room, 0, (room - wire->wanted_room) * sizeof(*wanted));
		wire->wanted = wanted;
		wire->wanted_room = room;
	}
	wire->wanted[request] = content;
	return true;
}

static int ask(struct wire *wire, const struct wire_page *page, enum page_kind kind)
{
	const struct page_head head = {kind, page->frame, page->lease->token, page->request};

	if (!expect(wire, page->request, page->content))
		return -1;
	wire->under_way++;
	return send_page(wire, &head, kind == PAGE_PUT ? page->content : NULL);
}

static void got(void *request, ucs_status_t status, void *context)
{
	struct get *get = context;

	get->wire->under_way--;
	if (get->wire->user.done)
		get->wire->user.done(get->wire->user.context, get->request, status == UCS_OK);
	free(get);
	ucp_request_free(request);
}

static int get_direct(struct wire *wire, const struct wire_page *page)
{
	struct get *get = malloc(sizeof(*get));
	const ucp_request_param_t params = {.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA,
					    .cb.send = got,
					    .user_data = get};
	ucs_status_ptr_t request;

	if (!get)
		return -1;
	*get = (struct get){wire, page->request};
	request = ucp_get_nbx(wire->end, page->content, PAGE_BYTES, page->lease->address + page->frame * PAGE_BYTES,
			      page->lease->key, &params);
	if (UCS_PTR_IS_PTR(request)) {
		wire->under_way++;
		return 0;
	}
	free(get);
	return UCS_PTR_IS_ERR(request) ? -1 : 1;
}

int wire_get(struct wire *wire, const struct wire_page *page)
{
	return wire->host->kind->is_direct ? get_direct(wire, page) : ask(wire, page, PAGE_GET);
}

/* A put's own end only says that its buffer is free; the flush says the rest. */
static void put_sent(void *request, ucs_status_t status, void *context)
{
	struct wire *wire = context;

	wire->has_failed |= status != UCS_OK;
	ucp_request_free(request);
}

static bool add_put(struct puts *puts, uint64_t request)
{
	if (puts->count == puts->room) {
		size_t room = puts->room ? 2 * puts->room : 64;
		uint64_t *more = realloc(puts->request, room * sizeof(*more));

		if (!more)
			return false;
		puts->request = more;
		puts->room = room;
	}
	puts->request[puts->count++] = request;
	return true;
}

int wire_put(struct wire *wire, const struct wire_page *page)
{
	const ucp_request_param_t params = {.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA,
					    .cb.send = put_sent,
					    .user_data = wire};
	ucs_status_ptr_t request;

	if (!wire->host->kind->is_direct)
		return ask(wire, page, PAGE_PUT);
	if (!add_put(&wire->unflushed, page->request))
		return -1;
	request = ucp_put_nbx(wire->end, page->content, PAGE_BYTES, page->lease->address + page->frame * PAGE_BYTES,
			      page->lease->key, &params);
	if (!UCS_PTR_IS_ERR(request))
		return 0;
	wire->unflushed.count--;
	return -1;
}

static void end_flush(struct wire *wire, bool fine)
{
	wire->is_flushing = false;
	for (size_t i = 0; i < wire->flushing.count; i++)
		wire->user.done(wire->user.context, wire->flushing.request[i], fine && !wire->has_failed);
	wire->flushing.count = 0;
}

static void flushed(void *request, ucs_status_t status, void *context)
{
	struct wire *wire = context;

	wire->under_way--;
	ucp_request_free(request);
	if (!wire->user.done)
		return;
	end_flush(wire, status == UCS_OK);
	wire_flush(wire);
}

void wire_flush(struct wire *wire)
{
	const ucp_request_param_t params = {.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA,
					    .cb.send = flushed,
					    .user_data = wire};
	struct puts puts = wire->flushing;
	ucs_status_ptr_t request;

	if (wire->is_flushing || !wire->unflushed.count)
		return;
	wire->flushing = wire->unflushed;
	wire->unflushed = puts;
	wire->is_flushing = true;
	request = ucp_ep_flush_nbx(wire->end, &params);
	wire->under_way += UCS_PTR_IS_PTR(request);
	if (!UCS_PTR_IS_PTR(request))
		end_flush(wire, !UCS_PTR_IS_ERR(request));
}
