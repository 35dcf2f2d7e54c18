/* SPDX-License-Identifier: MIT */
/*
 * The shim between Bochs and the plug-in's C: what C cannot reach of Bochs's classes, and two functions that the linker's --wrap puts
 * in front of Bochs's own, to see what devices move by DMA.
 */
#include "bochs.h"
#include "cpu/cpu.h"
#include "memory/memory-bochs.h"
#include "pc_system.h"

#include "machine.h"

int bx_atexit(void);

const uint64_t *machine_insn_count[MACHINE_VCPUS_MAX];

void machine_find_counters(unsigned vcpus)
{
	static_assert(sizeof(BX_CPU(0)->icount) == sizeof(uint64_t), "Bochs counts instructions in 64 bits");
	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++)
		machine_insn_count[vcpu] = (const uint64_t *)&BX_CPU(vcpu)->icount;
}

/* ---- several virtual CPUs ---- */

/*
 * Bochs's own loop runs a batch of instructions of each processor in turn and lets the mean of their lengths pass as
 * time. So the clocks of two processors drift apart by the difference of their batches, and halting counts as work.
 * Here every processor has its own clock, and the one with the earliest clock always runs next, as in a conservative
 * simulation (Chandy and Misra, 'Distributed simulation', IEEE TSE 5(5), 1979): no clock is ahead of another running
 * one by more than one batch.
 */
#if BX_SUPPORT_SMP
static struct {
	uint64_t ticks; /* its clock up to the current batch */
	bool blocked;
} processor[MACHINE_VCPUS_MAX];

static uint64_t passed;   /* the machine's time: the clock of the processor with the earliest clock */
static unsigned current;
static Bit64u before;     /* instructions of the current processor before its batch */

static bool is_running(unsigned vcpu)
{
	return !processor[vcpu].blocked && BX_CPU(vcpu)->activity_state == BX_CPU_C::BX_ACTIVITY_STATE_ACTIVE;
}

static void run(unsigned vcpu)
{
	current = vcpu;
	before = BX_CPU(vcpu)->get_icount();
	BX_CPU(vcpu)->cpu_run_trace();
	processor[vcpu].ticks += BX_CPU(vcpu)->get_icount() - before;
	before = BX_CPU(vcpu)->get_icount();
}

/* The time of what comes next: a running processor's clock, an event's if all are halted, or a page's arrival. */
static uint64_t next_time(void)
{
	uint64_t next = UINT64_MAX, arrival = observer_next();

	for (unsigned vcpu = 0; vcpu < (unsigned)BX_SMP_PROCESSORS; vcpu++)
		if (is_running(vcpu) && processor[vcpu].ticks < next)
			next = processor[vcpu].ticks;
	if (next == UINT64_MAX) {
		Bit32u left = bx_pc_system.getNumCpuTicksLeftNextEvent();

		next = passed + (left ? left : 1);
	}
	return arrival < next ? (arrival > passed ? arrival : passed) : next;
}

/* Advances the machine's time to `next`; the clocks of halted processors follow. */
static void pass_to(uint64_t next)
{
	for (; next > passed; ) {
		Bit32u ticks = next - passed > 0x7fffffff ? 0x7fffffff : (Bit32u)(next - passed);

		passed += ticks;
		BX_TICKN(ticks);
	}
	for (unsigned vcpu = 0; vcpu < (unsigned)BX_SMP_PROCESSORS; vcpu++)
		if (!processor[vcpu].blocked && !is_running(vcpu) && processor[vcpu].ticks < passed) {
			observer_idle(vcpu, (uint32_t)(passed - processor[vcpu].ticks));
			processor[vcpu].ticks = passed;
		}
	observer_passed(passed);
}

void machine_run_processors(void)
{
	if (setjmp(BX_CPU_C::jmp_buf_env)) { /* an exception has ended a batch early */
		BX_CPU(current)->icount++;
		processor[current].ticks += BX_CPU(current)->get_icount() - before;
	}
	while (!bx_pc_system.kill_bochs_request) {
		pass_to(next_time());
		for (unsigned vcpu = 0; vcpu < (unsigned)BX_SMP_PROCESSORS; vcpu++)
			if (!processor[vcpu].blocked && processor[vcpu].ticks <= passed)
				run(vcpu);
	}
}

uint64_t machine_now(unsigned vcpu)
{
	return processor[vcpu].ticks + (vcpu == current ? BX_CPU(vcpu)->get_icount() - before : 0);
}

void machine_wait(unsigned vcpu, uint32_t ticks)
{
	processor[vcpu].ticks += ticks;
}

void machine_block(unsigned vcpu)
{
	processor[vcpu].blocked = true;
}

void machine_unblock(unsigned vcpu, uint64_t at_ticks)
{
	processor[vcpu].blocked = false;
	if (at_ticks > processor[vcpu].ticks)
		processor[vcpu].ticks = at_ticks;
}
#else
void machine_run_processors(void)
{
}

uint64_t machine_now(unsigned vcpu)
{
	return bx_pc_system.time_ticks() + (machine_insn(vcpu) - BX_CPU(0)->icount_last_sync);
}

void machine_wait(unsigned, uint32_t ticks)
{
	BX_TICKN(ticks);
}

void machine_block(unsigned)
{
}

void machine_unblock(unsigned, uint64_t)
{
}
#endif

void machine_read(uint64_t address, void *to, size_t bytes)
{
	Bit8u *at = (Bit8u *)to;

	for (size_t i = 0; i < bytes; i++)
		BX_MEM(0)->readPhysicalPage(BX_CPU(0), address + i, 1, &at[i]);
}

void machine_end(int status)
{
	bx_atexit();
	fflush(NULL);
	_exit(status);
}

void instrument_interrupt(unsigned vcpu, unsigned vector)
{
	BX_CPU_C *cpu = BX_CPU(vcpu);

	if (cpu->real_mode())
		observer_real_mode_interrupt(vector, (Bit16u)cpu->get_reg16(BX_16BIT_REG_AX), cpu->get_reg32(BX_32BIT_REG_EBX),
		                        cpu->get_segment_base(BX_SEG_REG_ES) + cpu->get_reg16(BX_16BIT_REG_DI));
}

extern "C" {

/* BX_MEM_C::dmaReadPhysicalPage and dmaWritePhysicalPage, both static members where Bochs has one memory. */
void __real__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data);
void __real__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data);

void __wrap__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data)
{
	observer_dma(address, bytes, false);
	__real__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(address, bytes, data);
}

void __wrap__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data)
{
	observer_dma(address, bytes, true);
	__real__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(address, bytes, data);
}

}
