/* SPDX-License-Identifier: MIT */
/*
 * Bochs's instrumentation hooks. Bochs expands every BX_INSTR_* macro inside its CPU; those not needed are empty and
 * cost nothing. Three are ours, called from lines that scripts/build-bochs.sh adds: BX_INSTR_FETCH_PAGE at the end of
 * BX_CPU_C::prefetch(), which runs whenever instructions come from another page, BX_INSTR_IDLE where a halted processor
 * lets time pass, and BX_INSTR_RUN_PROCESSORS in place of the loop over several processors.
 */
#if BX_INSTRUMENTATION

#include "guest_port.h"
#include "observer.h"

void instrument_interrupt(unsigned vcpu, unsigned vector);
void machine_run_processors(void);

/* `rw` is Bochs's BX_READ 0, BX_WRITE 1, BX_EXECUTE 2 or BX_RW 3: bit 0 tells a write. */
#define BX_INSTR_INIT_ENV() observer_start()
#define BX_INSTR_EXIT_ENV() observer_exit()
#define BX_INSTR_LIN_ACCESS(cpu_id, lin, phy, len, memtype, rw)                                           \
	(__builtin_expect(observer_job_only, 0) ? observer_job(cpu_id, lin, phy, BX_CPU_THIS_PTR cr3, rw) \
						: observer_access(cpu_id, phy, len, rw, BX_CPU_THIS_PTR icount))
#define BX_INSTR_PHY_ACCESS(cpu_id, phy, len, memtype, rw) observer_walk(cpu_id, (phy) >> 12, (rw)&1)
#define BX_INSTR_IDLE(cpu_id, ticks)                       observer_idle(cpu_id, ticks)
#define BX_INSTR_RUN_PROCESSORS()                          machine_run_processors()
#define BX_INSTR_INTERRUPT(cpu_id, vector)                 instrument_interrupt(cpu_id, vector)
#define BX_INSTR_OUTP(addr, len, val)                   \
	do {                                            \
		if ((addr) == GUEST_PORT && (len) == 4) \
			observer_port(val);             \
	} while (0)

#ifdef MEGAVM_CROSSCHECK /* the frame of every single instruction, to hold the hook in prefetch() to */
#define BX_INSTR_FETCH_PAGE(cpu_id, phy)
#define BX_INSTR_BEFORE_EXECUTION(cpu_id, i) observer_instruction(cpu_id, BX_CPU_THIS_PTR pAddrFetchPage >> 12)
#else
#define BX_INSTR_FETCH_PAGE(cpu_id, phy) observer_fetch_page(cpu_id, (phy) >> 12)
#define BX_INSTR_BEFORE_EXECUTION(cpu_id, i)
#endif

#else

#define BX_INSTR_INIT_ENV()
#define BX_INSTR_EXIT_ENV()
#define BX_INSTR_LIN_ACCESS(cpu_id, lin, phy, len, memtype, rw)
#define BX_INSTR_PHY_ACCESS(cpu_id, phy, len, memtype, rw)
#define BX_INSTR_FETCH_PAGE(cpu_id, phy)
#define BX_INSTR_IDLE(cpu_id, ticks)
#define BX_INSTR_RUN_PROCESSORS()
#define BX_INSTR_INTERRUPT(cpu_id, vector)
#define BX_INSTR_OUTP(addr, len, val)
#define BX_INSTR_BEFORE_EXECUTION(cpu_id, i)

#endif

#define BX_INSTR_INITIALIZE(cpu_id)
#define BX_INSTR_EXIT(cpu_id)
#define BX_INSTR_RESET(cpu_id, type)
#define BX_INSTR_HLT(cpu_id)
#define BX_INSTR_MWAIT(cpu_id, addr, len, flags)
#define BX_INSTR_DEBUG_PROMPT()
#define BX_INSTR_DEBUG_CMD(cmd)
#define BX_INSTR_CNEAR_BRANCH_TAKEN(cpu_id, branch_eip, new_eip)
#define BX_INSTR_CNEAR_BRANCH_NOT_TAKEN(cpu_id, branch_eip)
#define BX_INSTR_UCNEAR_BRANCH(cpu_id, what, branch_eip, new_eip)
#define BX_INSTR_FAR_BRANCH(cpu_id, what, prev_cs, prev_eip, new_cs, new_eip)
#define BX_INSTR_OPCODE(cpu_id, i, opcode, len, is32, is64)
#define BX_INSTR_EXCEPTION(cpu_id, vector, error_code)
#define BX_INSTR_HWINTERRUPT(cpu_id, vector, cs, eip)
#define BX_INSTR_CLFLUSH(cpu_id, laddr, paddr)
#define BX_INSTR_CACHE_CNTRL(cpu_id, what)
#define BX_INSTR_TLB_CNTRL(cpu_id, what, new_cr3)
#define BX_INSTR_PREFETCH_HINT(cpu_id, what, seg, offset)
#define BX_INSTR_AFTER_EXECUTION(cpu_id, i)
#define BX_INSTR_REPEAT_ITERATION(cpu_id, i)
#define BX_INSTR_INP(addr, len)
#define BX_INSTR_INP2(addr, len, val)
#define BX_INSTR_WRMSR(cpu_id, addr, value)
#define BX_INSTR_VMEXIT(cpu_id, reason, qualification)
