/* SPDX-License-Identifier: MIT */
#include "fake_machine.h"

#include <unistd.h>

uint64_t fake_insn[MACHINE_VCPUS_MAX];
uint8_t fake_memory[4096];
const uint64_t *machine_insn_count[MACHINE_VCPUS_MAX];

void machine_find_counters(unsigned vcpus)
{
	for (unsigned vcpu = 0; vcpu < vcpus; vcpu++)
		machine_insn_count[vcpu] = &fake_insn[vcpu];
}

uint64_t machine_now(unsigned vcpu)
{
	return fake_insn[vcpu];
}

void machine_wait(unsigned vcpu, uint32_t ticks)
{
	(void)vcpu, (void)ticks;
}

void machine_block(unsigned vcpu)
{
	(void)vcpu;
}

void machine_unblock(unsigned vcpu, uint64_t at_ticks)
{
	(void)vcpu, (void)at_ticks;
}

void machine_read(uint64_t address, void *to, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		((uint8_t *)to)[i] = address + i < sizeof(fake_memory) ? fake_memory[address + i] : 0xff;
}

void machine_end(int status)
{
	_exit(status); /* of a child: see child.h */
}
