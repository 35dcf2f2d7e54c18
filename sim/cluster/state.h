/* SPDX-License-Identifier: MIT */
/*
 * The simulated cluster as its parts see it: VMs and their virtual CPUs (vm.c), where their remote pages are
 * (remote.c), donors that join, leave and fail (change.c), and whether all of it still adds up (check.c). Private to
 * cluster/.
 */
#ifndef CLUSTER_STATE_H
#define CLUSTER_STATE_H

#include <stdio.h>

#include "base/histogram.h"
#include "base/progress.h"
#include "cluster/cluster.h"
#include "cluster/flow.h"
#include "cluster/platform.h"
#include "cluster/pool.h"
#include "config/config.h"
#include "fabric/events.h"
#include "fabric/latency.h"
#include "fabric/plane.h"
#include "memory/rpm.h"
#include "replay/cost.h"
#include "replay/future.h"
#include "replay/local_memory.h"
#include "trace/decoded.h"

#define NODE_BACKING RPM_NODE_MAX /* the node of a page that is in its host's backing store */
#define REPLICAS_MAX (RPM_COPIES_MAX + 1)

/* What a message or an event is about: the kind, then the VM, then a virtual CPU or a page. */
enum subject {
	ABOUT_FETCH, /* a demand fetch of a virtual CPU */
	ABOUT_AHEAD, /* a page fetched ahead */
	ABOUT_WRITE, /* a write-back that holds a place in the buffer */
	ABOUT_COPY,  /* a write that nobody waits for: replicas, the backing store */
	ABOUT_MOVE,  /* a hosted page on its way from a donor that leaves: `low` is the move */
};

static inline uint64_t subject_pack(enum subject what, uint32_t vm, uint32_t low)
{
	return (uint64_t)what << 60 | (uint64_t)vm << 32 | low;
}

static inline enum subject subject_kind(uint64_t tag)
{
	return (enum subject)(tag >> 60);
}

static inline uint32_t subject_vm(uint64_t tag)
{
	return tag >> 32 & 0xfffffff;
}

struct vcpu {
	const struct decoded_stream *stream;
	uint64_t at; /* the record at hand; its step is in `clock` */
	size_t gap;
	struct trace_clock clock;
	int64_t stall_ps; /* of this run of the job */
	bool waiting, ended;
	/* the fault that it waits for */
	page_id page;
	int64_t fault_ps;
	uint32_t donor, generation; /* where the fetch was sent to, and which life of that donor */
	bool behind_buffer;         /* it has not been sent: the write-back buffer is full */
	bool behind_ahead;          /* it waits for a page that was fetched ahead */
};

struct vm {
	struct cluster *cluster;
	uint32_t number, host;
	const struct config_vm *config;
	const struct decoded_trace *trace;
	struct local_memory memory;
	struct future future;         /* empty unless its policy needs it */
	uint64_t next_use;            /* with it: of the record at hand */
	struct rpm rpm[REPLICAS_MAX]; /* the first copies, then the further replicas */
	uint32_t copies;              /* that each page has in the pool: donors.replicas */
	struct vcpu *vcpu;
	unsigned vcpus, running; /* of this run of the job */
	uint64_t runs_left;
	int64_t begin_ps, end_ps; /* of this run; of the last one */
	bool stopped;
	uint32_t buffered; /* write-backs on their way */
	struct job_result result;
	struct histogram fetches;
};

/* In place of the time of arrival: not known yet; not known, and the next one to come is from a donor that is gone. */
#define NOT_YET      INT64_MAX
#define NOT_THE_NEXT (INT64_MAX - 1)

/* A hypervisor. */
struct host {
	uint64_t own_frames, lent_frames, pages_lost;
	uint32_t generation; /* a new one each time it fails */
	bool leaving;
	uint32_t leave_frame; /* the walk over its hosted pages */
	uint32_t moving;      /* pages on their way from it */
};

struct move {
	pool_owner owner;
	struct lease from, to;
	uint32_t from_generation;
	uint32_t next_free;
	bool taken;
	bool in_vain; /* the frame that it goes to is gone */
};

struct cluster {
	const struct config *config;
	const struct cluster_options *options;
	struct replay_cost cost;
	struct events events;
	struct plane plane; /* the links of both networks, then each host's backing store: one to read, one to write */
	uint32_t *store_route; /* by host: the link to read from its store, the one to write to it */
	struct platform *platform;
	bool has_store, jitters;
	struct pool *pool;
	struct latency latency;
	struct decoded_traces own_traces; /* empty when the options bring them */
	const struct decoded_traces *traces;
	struct vm *vm;
	uint32_t vms;
	uint32_t jobs_running;
	struct flow *flow; /* background traffic, as in the configuration */
	struct host *host;
	uint32_t hosts;
	struct move *move;
	uint32_t moves, free_move;
	struct event_handler run_vcpu, send_fetch, begin_vm, change;
	struct plane_receiver receiver;
	struct transfer *to_send; /* fluid: sent by handlers, not started yet */
	int64_t wake_ps;          /* fluid: when the last waker wakes */
	FILE *log;
	uint64_t records_done, records_total, pages_lost, pages_stored;
	struct progress progress;
	char progress_label[64]; /* with the simulated time */
	int status;              /* a run that cannot go on */
	struct err err;
};

/* Draws how far the run is. */
void cluster_show(struct cluster *cluster);
/* Stops the simulation with the error in cluster->err. */
void cluster_fail(struct cluster *cluster, int status);
/* Sends a message, complete but for its route, from one hypervisor to another. */
void cluster_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		  struct plane_message *message);

/* fluid_send.c: fabric.sharing: fluid. */
void fluid_send(struct cluster *cluster, enum platform_network network, uint32_t from, uint32_t to,
		const struct plane_message *message);
void fluid_simulate(struct cluster *cluster);

/* vm.c, vm_setup.c */
int vm_init(struct cluster *cluster, struct vm *vm, struct err *err);
void vm_free(struct vm *vm);
/* Its local size in pages, by the configuration. */
uint32_t vm_local_frames(const struct vm *vm);
void vm_handlers(struct cluster *cluster);
void vm_deliver(struct cluster *cluster, const struct plane_delivery *delivery);
/* The donor of a page that is being fetched ahead is gone: it is asked for elsewhere, and what comes from the donor is
 * ignored. */
void vm_ask_again(struct cluster *cluster, struct vm *vm, page_id page);

/* remote.c */
rpm_entry remote_entry(const struct vm *vm, page_id page); /* of the first copy: state, and how many further ones */
rpm_entry remote_copy(const struct vm *vm, uint32_t copy, page_id page);
void remote_note(struct vm *vm, uint32_t copy, page_id page, rpm_entry entry);
/* Sends a page's bytes from where it is to its host; false when it is lost. */
bool remote_fetch(struct cluster *cluster, struct vm *vm, page_id page, enum plane_class class, uint64_t tag,
		  struct vcpu *vcpu);
/* The page leaves its host: finds it a place, sends what must be sent. */
void remote_evict(struct cluster *cluster, struct vm *vm, page_id page, bool dirty);
/* The page has come back: its remote copy stays until the page is written. */
void remote_arrived(struct vm *vm, page_id page);
/* Places what an opening snapshot leaves outside the local memory. */
int remote_place_snapshot(struct cluster *cluster, struct vm *vm, struct err *err);

/* change.c */
void change_handlers(struct cluster *cluster);
int change_schedule(struct cluster *cluster, struct err *err);
void change_move_delivered(struct cluster *cluster, uint64_t tag);
/* What becomes of the copy in a frame that is gone: another copy, the backing store, or lost. The owner may be a move
 * on its way there. `failed`: what the donor was sending is lost too, otherwise it still arrives. */
void change_lose_copy(struct cluster *cluster, pool_owner owner, struct lease lease, bool failed);

/* check.c: every page in exactly one place or its replicas, every frame accounted for. */
int check_cluster(const struct cluster *cluster, struct err *err);

/* gather.c */
int cluster_gather(struct cluster *cluster, struct run_result *result, struct err *err);

/* The numbering of pool owners. */
static inline pool_owner owner_pack(uint32_t vm, uint32_t copy, page_id page)
{
	return (uint64_t)vm << 36 | (uint64_t)copy << 32 | page;
}

static inline uint32_t owner_vm(pool_owner owner)
{
	return (uint32_t)(owner >> 36);
}

static inline uint32_t owner_copy(pool_owner owner)
{
	return owner >> 32 & RPM_COPIES_MAX;
}

static inline page_id owner_page(pool_owner owner)
{
	return (page_id)owner;
}

#endif
