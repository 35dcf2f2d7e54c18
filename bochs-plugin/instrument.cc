/*
 * The shim between Bochs and the plug-in's C: what C cannot reach of Bochs's classes, and the functions that the linker's --wrap
 * puts in front of Bochs's own. Three of those keep the host's clock out of the guest, without which no two runs are alike; two see
 * what devices move by DMA.
 */
#include "bochs.h"
#include "cpu/cpu.h"
#include "memory/memory-bochs.h"
#include "pc_system.h"

#include <sys/time.h>

#include "machine.h"

#define FIXED_SECONDS 1700000000 /* the guest's clock at power-on, as in the machine's description (sim/record/machine.c) */

int bx_atexit(void);

const uint64_t *machine_insn_count[MACHINE_VCPUS_MAX];

void machine_find_counters(unsigned vcpus)
{
	static_assert(sizeof(BX_CPU(0)->icount) == sizeof(uint64_t), "Bochs counts instructions in 64 bits");
	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++)
		machine_insn_count[vcpu] = (const uint64_t *)&BX_CPU(vcpu)->icount;
}

uint64_t machine_ticks(void)
{
	return bx_pc_system.time_ticks() + (machine_insn(0) - BX_CPU(0)->icount_last_sync);
}

void machine_wait(uint32_t ticks)
{
	BX_TICKN(ticks);
}

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
		tap_real_mode_interrupt(vector, (Bit16u)cpu->get_reg16(BX_16BIT_REG_AX), cpu->get_reg32(BX_32BIT_REG_EBX),
		                        cpu->get_segment_base(BX_SEG_REG_ES) + cpu->get_reg16(BX_16BIT_REG_DI));
}

extern "C" {

int __wrap_gettimeofday(struct timeval *now, void *)
{
	now->tv_sec = FIXED_SECONDS;
	now->tv_usec = 0;
	return 0;
}

time_t __wrap_time(time_t *now)
{
	if (now)
		*now = FIXED_SECONDS;
	return FIXED_SECONDS;
}

unsigned __wrap_alarm(unsigned)
{
	return 0;
}

/* BX_MEM_C::dmaReadPhysicalPage and dmaWritePhysicalPage, both static members where Bochs has one memory. */
void __real__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data);
void __real__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data);

void __wrap__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data)
{
	tap_dma(address >> 12, false);
	__real__ZN8BX_MEM_C19dmaReadPhysicalPageEmjPh(address, bytes, data);
}

void __wrap__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(bx_phy_address address, unsigned bytes, Bit8u *data)
{
	tap_dma(address >> 12, true);
	__real__ZN8BX_MEM_C20dmaWritePhysicalPageEmjPh(address, bytes, data);
}

}
