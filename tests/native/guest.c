/* SPDX-License-Identifier: MIT */
/*
 * A guest of a virtual machine with 32-bit paging off: it writes PAGES pages in order, ROUNDS times, checks before each
 * write what the round before has left there, and says at port 0xe9 how many words were wrong. Loaded by the Multiboot
 * header, version 1.
 */
#include <stdint.h>

enum {
	PAGES = 150,
	ROUNDS = 3,
	PAGE_BYTES = 4096,
	FIRST = 0x200000,
	MAGIC = 0x1badb002,
	DEBUG_PORT = 0xe9,
	EXIT_PORT = 0x501
};

__attribute__((section(".multiboot"), used)) static const uint32_t header[3] = {MAGIC, 0, -(uint32_t)MAGIC};
static unsigned char stack[4096] __attribute__((aligned(16)));

static void out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void say(const char *text)
{
	for (; *text; text++)
		out(DEBUG_PORT, (uint8_t)*text);
}

static void say_number(uint32_t number)
{
	char digits[11], *at = digits + 10;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10));
	say(at);
}

__attribute__((used, noreturn)) static void run(void)
{
	uint32_t wrong = 0;

	for (uint32_t round = 0; round < ROUNDS; round++)
		for (uint32_t page = 0; page < PAGES; page++) {
			volatile uint32_t *word = (volatile uint32_t *)(FIRST + page * PAGE_BYTES);

			wrong += word[page] != (round ? round * 1000 + page : 0);
			word[page] = (round + 1) * 1000 + page;
		}
	say_number(PAGES);
	say(" pages, ");
	say_number(ROUNDS);
	say(" rounds, ");
	say_number(wrong);
	say(" wrong\n");
	out(EXIT_PORT, 0);
	for (;;)
		__asm__ volatile("hlt");
}

__attribute__((naked, noreturn, used)) void start(void)
{
	__asm__ volatile("mov %0, %%esp\n\tcall run" : : "i"(stack + sizeof(stack)));
}
