/* SPDX-License-Identifier: MIT */
/* The system calls of the target that change its memory, or that could lose the pager's descriptor. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/inject.h"
#include "emulator/launch.h"
#include "emulator/tracer.h"
#include "trace/header.h"

#define PAGE_BYTES (UINT64_C(1) << TRACE_PAGE_SHIFT)
#define ROOM_BYTES (UINT64_C(1) << 36) /* of the memory file for each mapping, so that it can grow: 64 GiB */
#define HEAP_ROOM  (UINT64_C(1) << 40)
#define FILE_END   (UINT64_C(1) << 62)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define NOT_MANAGED (MAP_STACK | MAP_GROWSDOWN | MAP_HUGETLB)

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

static int gone(struct err *err)
{
	return errno == ESRCH ? 0 : err_errno(err, ERR_FAILED, "ptrace");
}

static int set_registers(const struct tracee *task, const struct user_regs_struct *registers, struct err *err)
{
	return ptrace(PTRACE_SETREGS, task->thread, 0, registers) < 0 ? gone(err) : 0;
}

/* The call is not made; it returns `result`. */
static int skip(struct tracee *task, long result, struct err *err)
{
	struct user_regs_struct registers = task->registers;

	registers.orig_rax = (unsigned long)-1;
	registers.rax = (unsigned long)result;
	return set_registers(task, &registers, err);
}

/* Takes room in the memory file for a mapping of `bytes` bytes. */
static struct area take_room(struct tracer *tracer, uint64_t bytes, uint64_t room)
{
	struct area area = {.offset = tracer->next_offset};

	tracer->next_offset += (bytes + room - 1) / room * room;
	area.limit = tracer->next_offset;
	return area;
}

/* ---- mmap ---- */

/* With a size that was chosen, only data count. The code that QEMU translates has room of 1 GiB, which can be the size
 * of its guest's memory; it is mapped as code, or without any right at first. */
static bool is_chosen(const struct tracer *tracer, uint64_t bytes, unsigned long rights)
{
	return !tracer->only_bytes || (bytes == tracer->only_bytes && rights == (PROT_READ | PROT_WRITE));
}

static bool is_managed_map(const struct tracer *tracer, const struct user_regs_struct *registers)
{
	const unsigned long flags = registers->r10;
	const uint64_t bytes = round_up(registers->rsi);

	return (flags & MAP_ANONYMOUS) && (flags & MAP_TYPE) == MAP_PRIVATE && !(flags & NOT_MANAGED) && bytes &&
	       bytes < FILE_END - tracer->next_offset && is_chosen(tracer, bytes, registers->rdx);
}

static int begin_map(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err)
{
	struct user_regs_struct registers = task->registers;

	*to_end = true;
	task->call = CALL_MAP_OTHER;
	if (!is_managed_map(tracer, &registers)) {
		*to_end = registers.r10 & MAP_FIXED;
		return 0;
	}
	task->call = CALL_MAP;
	task->area = take_room(tracer, round_up(registers.rsi), ROOM_BYTES);
	registers.r10 &= ~(unsigned long)(MAP_ANONYMOUS | MAP_TYPE | MAP_POPULATE | MAP_LOCKED);
	registers.r10 |= MAP_SHARED;
	registers.r8 = (unsigned long)launch_memory_number();
	registers.r9 = task->area.offset;
	return set_registers(task, &registers, err);
}

/* The range begins a new life: managed, and without content. */
static int manage(struct tracer *tracer, uint64_t start, uint64_t bytes, const struct area *room, struct err *err)
{
	const struct area area = {start, start + bytes, room->offset, room->limit};
	int status = pager_drop(tracer->pager, area.start, area.end, err);

	if (status == 0)
		status = pager_add(tracer->pager, &area, err);
	return status < 0 ? status : uffd_register(&tracer->uffd, start, bytes, err);
}

static bool failed(unsigned long result)
{
	return result >= (unsigned long)-4095;
}

static int end_map(struct tracer *tracer, struct tracee *task, unsigned long result, struct err *err)
{
	const bool moves = task->registers.orig_rax == SYS_mremap;
	const uint64_t bytes = round_up(moves ? task->registers.rdx : task->registers.rsi);

	if (failed(result))
		return 0;
	if (task->call == CALL_MAP)
		return manage(tracer, result, bytes, &task->area, err);
	return pager_drop(tracer->pager, result, result + bytes, err);
}

/* ---- munmap, mremap, madvise ---- */

static int begin_unmap(struct tracer *tracer, struct tracee *task, bool *to_end)
{
	const uint64_t start = task->registers.rdi, bytes = round_up(task->registers.rsi);

	task->call = CALL_UNMAP;
	*to_end = start % PAGE_BYTES == 0 && pager_overlaps(tracer->pager, start, start + bytes);
	return 0;
}

static int begin_move(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err)
{
	const struct user_regs_struct *registers = &task->registers;
	const uint64_t start = registers->rdi, bytes = round_up(registers->rsi), wanted = round_up(registers->rdx);
	struct area area;

	task->call = CALL_MOVE;
	if (!pager_area(tracer->pager, start, &area)) {
		task->call = CALL_MAP_OTHER; /* it may replace managed mappings */
		*to_end = registers->r10 & MREMAP_FIXED;
		return 0;
	}
	if (bytes == 0 || start % PAGE_BYTES || (registers->r10 & MREMAP_DONTUNMAP))
		return skip(task, -EINVAL, err);
	if (start + bytes > area.end)
		return skip(task, -EFAULT, err);
	if (wanted > bytes && area.offset + (start - area.start) + wanted > area.limit)
		return skip(task, -ENOMEM, err);
	*to_end = true;
	return 0;
}

static int end_move(struct tracer *tracer, struct tracee *task, unsigned long result, struct err *err)
{
	const struct user_regs_struct *registers = &task->registers;
	const uint64_t from = registers->rdi, bytes = round_up(registers->rsi), wanted = round_up(registers->rdx);
	const uint64_t kept = wanted < bytes ? wanted : bytes;
	struct area area;
	int status = 0;

	if (failed(result) || !pager_area(tracer->pager, from, &area))
		return 0;
	area = (struct area){result + kept, result + wanted, area.offset + (from - area.start) + kept, area.limit};
	if (wanted < bytes)
		status = pager_drop(tracer->pager, from + wanted, from + bytes, err);
	if (status == 0 && result != from)
		status = pager_drop(tracer->pager, result, result + wanted, err);
	if (status == 0 && result != from)
		status = pager_move(tracer->pager, from, result, kept, err);
	if (status == 0 && wanted > bytes)
		status = pager_add(tracer->pager, &area, err);
	return status < 0 ? status : uffd_register(&tracer->uffd, result, wanted, err);
}

/* Advice that has no meaning for the pager's memory, or another one than for private memory. */
static bool ignored_advice(int advice)
{
	return advice == MADV_HUGEPAGE || advice == MADV_MERGEABLE || advice == MADV_WIPEONFORK;
}

static int begin_advise(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err)
{
	struct user_regs_struct registers = task->registers;
	const uint64_t start = registers.rdi, bytes = round_up(registers.rsi);
	const int advice = (int)registers.rdx;

	task->call = CALL_ADVISE;
	if (start % PAGE_BYTES || !pager_overlaps(tracer->pager, start, start + bytes))
		return 0;
	if (ignored_advice(advice))
		return skip(task, 0, err);
	if (advice == MADV_COLLAPSE || advice == MADV_REMOVE)
		return skip(task, -EINVAL, err);
	*to_end = advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_DONTNEED_LOCKED;
	registers.rdx = MADV_DONTNEED;
	return *to_end ? set_registers(task, &registers, err) : 0;
}

/* ---- brk ---- */

static int begin_heap(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err)
{
	const uint64_t wanted = task->registers.rdi, old = round_up(tracer->heap_end), new = round_up(wanted);
	struct user_regs_struct registers = task->registers;

	if (tracer->only_bytes) /* the heap stays the kernel's */
		return 0;
	if (wanted < tracer->heap_start || wanted > tracer->heap_start + HEAP_ROOM)
		return skip(task, (long)tracer->heap_end, err);
	if (old == new) {
		tracer->heap_end = wanted;
		return skip(task, (long)wanted, err);
	}
	*to_end = true;
	task->call = new > old ? CALL_GROW_HEAP : CALL_SHRINK_HEAP;
	if (!tracer->heap.limit)
		tracer->heap = take_room(tracer, HEAP_ROOM, HEAP_ROOM);
	task->area = tracer->heap;
	task->area.offset += old - round_up(tracer->heap_start);
	registers.orig_rax = new > old ? SYS_mmap : SYS_munmap;
	registers.rdi = new > old ? old : new;
	registers.rsi = new > old ? new - old : old - new;
	registers.rdx = PROT_READ | PROT_WRITE;
	registers.r10 = MAP_SHARED | MAP_FIXED_NOREPLACE;
	registers.r8 = (unsigned long)launch_memory_number();
	registers.r9 = task->area.offset;
	return set_registers(task, &registers, err);
}

/* The call returns the heap's end, the old one when it could not change. */
static int end_heap(struct tracer *tracer, struct tracee *task, unsigned long *result, struct err *err)
{
	const uint64_t wanted = task->registers.rdi, old = round_up(tracer->heap_end), new = round_up(wanted);
	const bool done = task->call == CALL_GROW_HEAP ? *result == old : *result == 0;
	int status = 0;

	if (done && task->call == CALL_GROW_HEAP)
		status = manage(tracer, old, new - old, &task->area, err);
	else if (done)
		status = pager_drop(tracer->pager, new, old, err);
	if (done)
		tracer->heap_end = wanted;
	*result = tracer->heap_end;
	return status;
}

/* ---- processors and descriptors ---- */

/* The program sees its own processors, not the one on which it runs beside the pager. */
static int end_get_cpus(const struct tracer *tracer, const struct tracee *task, unsigned long result)
{
	const size_t bytes = result < sizeof(tracer->cpus) ? result : sizeof(tracer->cpus);
	struct iovec own = {(void *)(uintptr_t)&tracer->cpus, bytes};
	struct iovec other = {(void *)(uintptr_t)task->registers.rdx, bytes};

	if (!failed(result) && tracer->pinned)
		(void)process_vm_writev(task->thread, &own, 1, &other, 1, 0);
	return 0;
}

static int begin_set_cpus(struct tracer *tracer, struct tracee *task, struct err *err)
{
	cpu_set_t wanted;
	size_t bytes = task->registers.rsi < sizeof(wanted) ? task->registers.rsi : sizeof(wanted);
	struct iovec own = {&wanted, bytes}, other = {(void *)(uintptr_t)task->registers.rdx, bytes};

	if (!tracer->pinned)
		return 0;
	CPU_ZERO(&wanted);
	if (process_vm_readv(task->thread, &own, 1, &other, 1, 0) != (ssize_t)bytes)
		return skip(task, -EFAULT, err);
	CPU_AND(&wanted, &wanted, &tracer->pager_cpus);
	if (!CPU_COUNT(&wanted))
		return skip(task, -EINVAL, err);
	tracer->cpus = wanted;
	return skip(task, 0, err);
}

/* The descriptors above the pager's, when some below it were closed first. */
static int end_close_range(const struct tracee *task, unsigned long *result, struct err *err)
{
	const unsigned long memory = (unsigned long)launch_memory_number();
	const unsigned long rest[6] = {memory + 1, (unsigned)task->registers.rsi, task->registers.rdx};
	long closed;
	int status;

	if (failed(*result) || (unsigned)task->registers.rdi >= memory || (unsigned)task->registers.rsi <= memory)
		return 0;
	status = inject_call(task->thread, SYS_close_range, rest, &closed, err);
	*result = (unsigned long)closed;
	return status;
}

/* Closes the descriptors below the pager's, or, when there are none, those above it. */
static int begin_close_range(struct tracee *task, bool *to_end, struct err *err)
{
	struct user_regs_struct registers = task->registers;
	const unsigned memory = (unsigned)launch_memory_number();

	if ((unsigned)registers.rdi > memory || (unsigned)registers.rsi < memory)
		return 0;
	if ((unsigned)registers.rdi == memory && (unsigned)registers.rsi == memory)
		return skip(task, 0, err);
	task->call = CALL_CLOSE_RANGE;
	*to_end = true;
	if ((unsigned)registers.rdi == memory)
		registers.rdi = memory + 1;
	else
		registers.rsi = memory - 1;
	return set_registers(task, &registers, err);
}

/* ---- the table ---- */

bool calls_change_mappings(const struct user_regs_struct *registers)
{
	switch (registers->orig_rax) {
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mremap:
	case SYS_madvise:
	case SYS_brk: return true;
	default: return false;
	}
}

/* What was written to the pages that a call may take away can only be asked before it. */
static void note_written(const struct tracer *tracer, const struct user_regs_struct *registers)
{
	const uint64_t start = registers->rdi, end = start + round_up(registers->rsi);
	struct pager *pager = tracer->pager;

	switch (registers->orig_rax) {
	case SYS_mmap:
		if (registers->r10 & MAP_FIXED)
			pager_note_written(pager, start, end);
		return;
	case SYS_mremap:
		if (registers->r10 & MREMAP_FIXED)
			pager_note_written(pager, registers->r8, registers->r8 + round_up(registers->rdx));
		pager_note_written(pager, start, end);
		return;
	case SYS_munmap:
	case SYS_madvise: pager_note_written(pager, start, end); return;
	case SYS_brk:
		if (start >= tracer->heap_start)
			pager_note_written(pager, round_up(start), round_up(tracer->heap_end));
		return;
	case SYS_execve:
	case SYS_execveat: pager_note_written(pager, 0, UINT64_MAX); return;
	}
}

int calls_begin(struct tracer *tracer, struct tracee *task, bool *to_end, struct err *err)
{
	note_written(tracer, &task->registers);
	*to_end = false;
	task->call = CALL_NONE;
	switch (task->registers.orig_rax) {
	case SYS_mmap: return begin_map(tracer, task, to_end, err);
	case SYS_munmap: return begin_unmap(tracer, task, to_end);
	case SYS_mremap: return begin_move(tracer, task, to_end, err);
	case SYS_madvise: return begin_advise(tracer, task, to_end, err);
	case SYS_brk: return begin_heap(tracer, task, to_end, err);
	case SYS_mlock:
	case SYS_mlock2:
	case SYS_mlockall: tracer->counts.locks++; return skip(task, 0, err);
	case SYS_close:
	case SYS_dup2:
	case SYS_dup3: return skip(task, -EBADF, err);
	case SYS_close_range: return begin_close_range(task, to_end, err);
	case SYS_sched_getaffinity:
		task->call = CALL_GET_CPUS;
		*to_end = tracer->pinned;
		return 0;
	case SYS_sched_setaffinity: return begin_set_cpus(tracer, task, err);
	}
	return 0;
}

static int end_call(struct tracer *tracer, struct tracee *task, unsigned long *result, struct err *err)
{
	const struct user_regs_struct *registers = &task->registers;
	const uint64_t start = registers->rdi, bytes = round_up(registers->rsi);

	switch (task->call) {
	case CALL_MAP:
	case CALL_MAP_OTHER: return end_map(tracer, task, *result, err);
	case CALL_UNMAP: return failed(*result) ? 0 : pager_drop(tracer->pager, start, start + bytes, err);
	case CALL_MOVE: return end_move(tracer, task, *result, err);
	case CALL_ADVISE: return pager_discard(tracer->pager, start, start + bytes, err);
	case CALL_GROW_HEAP:
	case CALL_SHRINK_HEAP: return end_heap(tracer, task, result, err);
	case CALL_GET_CPUS: return end_get_cpus(tracer, task, *result);
	case CALL_CLOSE_RANGE: return end_close_range(task, result, err);
	default: return 0;
	}
}

int calls_end(struct tracer *tracer, struct tracee *task, struct err *err)
{
	struct user_regs_struct now, registers = task->registers;
	unsigned long result;
	int status;

	if (ptrace(PTRACE_GETREGS, task->thread, 0, &now) < 0)
		return gone(err);
	result = now.rax;
	status = end_call(tracer, task, &result, err);
	/* The program finds its registers as a system call leaves them. */
	registers.rax = result;
	registers.rcx = now.rcx;
	registers.r11 = now.r11;
	registers.rip = now.rip;
	registers.orig_rax = now.orig_rax;
	task->call = CALL_NONE;
	return status < 0 ? status : set_registers(task, &registers, err);
}
