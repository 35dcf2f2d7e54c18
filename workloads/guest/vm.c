/*
 * vm: how scripts in the guest speak to the recorder.
 *
 *   vm mark NAME                puts a marker into the trace; roi-begin and roi-end bound the region of interest
 *   vm region COMMAND [ARG...]  runs COMMAND between these two markers and ends with its status
 *   vm report KEY=VALUE         notes a fact about the guest in the trace's header
 *   vm seed TEXT                seeds the kernel's random numbers, so that they are the same in every run
 *   vm exit STATUS              ends the emulation, recorded or not; on a machine that is no Bochs, just ends
 *
 * `vm region` puts its markers right before the child is born and right after it is gone: a shell would add its own work to both.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

static int region(char **command)
{
	int status = 0;
	pid_t child;

	vm_mark("roi-begin");
	child = vfork();
	if (child == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	vm_mark("roi-end");
	if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
		fprintf(stderr, "vm region: %s could not be run\n", command[0]);
	return child < 0 ? 127 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * A kernel without a source of random numbers gathers them from the jitter of its timer as soon as somebody asks: a second of busy
 * waiting, in the middle of a job (try_to_generate_entropy in drivers/char/random.c). RNDADDENTROPY is of linux/random.h.
 */
static int seed(const char *text)
{
	struct {
		int bits, bytes;
		char data[32];
	} entropy = {256, sizeof(entropy.data), ""};
	int device = open("/dev/urandom", O_WRONLY), status;

	strncpy(entropy.data, text, sizeof(entropy.data) - 1);
	status = device < 0 ? -1 : ioctl(device, _IOW('R', 0x03, int[2]), &entropy);
	if (status < 0)
		perror("vm seed");
	close(device);
	return status < 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (vm_open() < 0) {
		perror("vm: iopl");
		return 1;
	}
	if (strcmp(verb, "region") == 0)
		return region(argv + 2);
	if (strcmp(verb, "mark") == 0 && argc == 3)
		vm_mark(argv[2]);
	else if (strcmp(verb, "report") == 0 && argc == 3 && strchr(argv[2], '='))
		vm_report(argv[2]);
	else if (strcmp(verb, "exit") == 0 && argc == 3)
		vm_exit(atoi(argv[2]));
	else if (strcmp(verb, "seed") == 0 && argc == 3)
		return seed(argv[2]);
	else {
		fprintf(stderr, "usage: vm mark NAME | vm region COMMAND [ARG...] | vm report KEY=VALUE | vm exit STATUS | vm seed TEXT\n");
		return 2;
	}
	return 0;
}
