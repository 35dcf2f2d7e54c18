/* SPDX-License-Identifier: MIT */
/*
 * The state of a simulated cluster. Private to cluster/, whose files are, from the lowest to the highest:
 *
 *     stop        ends a run early, shows its progress
 *     fluid_send  sends a page through SimGrid's own network (fabric.sharing: fluid)
 *     send        sends a message from one hypervisor to another
 *     store       reads and writes of the backing stores
 *     lose        handles the loss of a donor's frame that held a page
 *     remote      where a VM's remote pages are
 *     history     records what joins, leaves and failures do
 *     vm          VMs and their virtual CPUs, which use the fault machine
 *     vm_setup    sets a VM up, and finishes it after its run
 *     check       checks that the state is consistent
 *     restart     ends and restarts the VMs of a hypervisor that fails or leaves
 *     move        pages that donors send to each other
 *     change      donors that join, leave and fail
 *     traffic     background traffic
 *     gather      makes the result
 *     cluster     runs the whole simulation
 */
#ifndef CLUSTER_STATE_H
#define CLUSTER_STATE_H

#include <stdio.h>

#include "base/output.h"
#include "base/progress.h"
#include "cluster/cluster.h"
#include "cluster/flow.h"
#include "cluster/platform.h"
#include "cluster/store.h"
#include "config/config.h"
#include "fabric/events.h"
#include "fabric/exchange.h"
#include "fabric/latency.h"
#include "fabric/plane.h"
#include "fault/machine.h"
#include "fault/result.h"
#include "placement/pool.h"
#include "replay/future.h"
#include "trace/decoded.h"

/* The subject of a message, packed into its tag: its kind, the VM, and a virtual CPU, a page or a move (`low`). */
enum subject {
	SUBJECT_FETCH,      /* a demand fetch of a virtual CPU */
	SUBJECT_PREFETCH,   /* a prefetched page */
	SUBJECT_WRITE,      /* a write-back that holds a place in the buffer: of a message, `low` is the exchange */
	SUBJECT_COPY,       /* a write to a replica, which nothing waits for */
	SUBJECT_STORE,      /* a write to the backing store, besides those to donors */
	SUBJECT_STORE_ONLY, /* a write-back to the backing store alone, which holds a place in the buffer */
	SUBJECT_MOVE,       /* a page that a donor sends to another one: `low` is the move */
	SUBJECT_REQUEST,    /* on its way to a donor: `low` is the exchange, whose tag is a fetch or a prefetch */
	SUBJECT_PAGE,       /* the donor's answer to it */
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

/* vm.c */
struct vcpu {
	const struct decoded_stream *stream;
	uint64_t at; /* the current record; `clock` includes its step */
	size_t gap;
	struct trace_clock clock;
	int64_t stall_ps;           /* of this run of the job */
	uint32_t donor, generation; /* of its fetch: the donor, and that donor's generation */
	bool ended;
};

/* vm.c, vm_setup.c */
struct vm { /* the fields that every event of the VM reads come first */
	struct cluster *cluster;
	struct vcpu *vcpu;
	const struct decoded_trace *trace;
	uint32_t number, host;
	uint32_t job;            /* the number of its job's first VM: its own, unless it is a restart */
	unsigned vcpus, running; /* of this run of the job */
	int64_t begin_ps;        /* of this run */
	uint64_t next_use;       /* of the current record's page, when `future` is known */
	struct vcpu one_vcpu;    /* where vcpu points when there is one */
	struct fault_machine machine;
	struct future future;          /* empty unless its policy needs it */
	struct event_handler timer;    /* the machine's */
	struct exchange_writes writes; /* to donors, in flight */
	const struct config_vm *config;
	struct store_page *storing; /* by page; NULL where no donor fails */
	uint64_t runs_left;
	int64_t began_ps;    /* its first run */
	int64_t last_ps;     /* of its touches: after it, its hypervisor fails or leaves; INT64_MAX if never */
	bool gone;           /* its hypervisor has failed or left: nothing of it happens any more (restart.c) */
	bool to_restart;     /* when that is known */
	bool cleared;        /* its frames, at donors and at its own hypervisor, are free again */
	uint32_t successor;  /* the VM that restarts its job; 0: none */
	int64_t end_ps;      /* of the last run */
	int64_t clocks_ps;   /* the largest clock of its virtual CPUs at the end, over all runs */
	time_wide stalls_ps; /* of all virtual CPUs in the runs that have ended */
	struct rng latency_rng;
	struct job_result result;
};

/* Pages that have lost a copy at a donor that has failed: those before `next` have been looked at. */
struct rebuild {
	pool_owner *owner;
	uint32_t count, next, room;
	uint32_t flying; /* copies that are in flight */
};

/* A hypervisor. change.c keeps the fields from `generation` on. */
struct host {
	struct store store;
	uint64_t own_frames, lent_frames, pages_lost, pages_read, pages_written;
	uint32_t generation; /* how often it is known to have failed */
	bool silent;         /* it has failed, and nobody knows yet */
	bool leaving;
	uint32_t leave_frame;         /* while leaving: the next frame to look at for pages to move */
	uint32_t moving;              /* while leaving: pages in flight from it */
	struct rebuild rebuild;       /* move.c: after its failure */
	struct change_result *change; /* the latest join, leave or failure; history.c */
};

/* move.c: a page in flight from one donor to another. */
struct move {
	pool_owner owner;
	struct lease from, to;
	uint32_t from_generation;
	struct change_result *change; /* the leave or the failure that it is part of */
	uint32_t next_free;
	bool taken;
	bool target_gone; /* the frame `to` is gone */
	bool swallowed;   /* the page has come from or to a donor that has failed, and nobody knows yet */
	bool rebuilds;    /* it stays where it is as well: a copy that the donor `failed` had is made anew */
	uint32_t failed;
};

struct cluster {
	const struct config *config;
	const struct cluster_options *options;
	struct fault_cost cost;
	struct events events;
	struct plane plane; /* the links of both networks, then each host's backing store: one to read, one to write */
	uint32_t *store_route; /* by host: the link to read from its store, the one to write to it */
	struct platform *platform;
	bool has_store, jitters;
	bool ages; /* the pool keeps the ages of its pages, because it may fill */
	struct pool *pool;
	struct latency latency;
	struct loaded loaded;       /* fabric.curve, or empty */
	struct exchanges exchanges; /* reads from donors in flight */
	struct {
		uint64_t bandwidth_bps;
		int64_t ps;
	} request;                        /* remote.c: the time to send a request at this bandwidth */
	struct decoded_traces own_traces; /* empty when the options have them */
	const struct decoded_traces *traces;
	struct vm *vm; /* one for each job, then one for each restart */
	uint32_t vms, jobs;
	uint32_t jobs_running;
	struct change_result *changes; /* by event of the configuration; history.c */
	struct flow *flow;             /* background traffic, as in the configuration */
	struct rng *flow_rng;          /* of each, if it arrives at random */
	struct host *host;
	uint32_t hosts;
	struct {
		struct move *move; /* some of them are free, in a list */
		uint32_t count, first_free;
	} moves; /* move.c, lose.c */
	struct event_handler run_vcpu, begin_vm, change, notice, write_back;
	struct plane_receiver receiver;
	struct {
		struct transfer *to_send; /* by handlers, and not started yet */
		int64_t wake_ps;          /* when the latest waker wakes */
	} fluid;                          /* fluid_send.c */
	struct output_file log;           /* every fault; its stream is NULL unless they are wanted */
	uint64_t records_done, records_total, pages_lost, pages_stored;
	struct progress progress;
	char progress_label[64]; /* with the simulated time */
	int status;              /* 0, or the error code of a run that has failed, with `err` */
	struct err err;
};

/* A pool owner is a VM, a copy and a page; a frame that a move has taken belongs to the move of the page's number. */
enum { OWNER_MOVES = 0xfffffff };

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
