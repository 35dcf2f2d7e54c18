/*
 * vm: how scripts in the guest speak to the recorder.
 *
 *   vm mark NAME                puts a marker into the trace; roi-begin and roi-end bound the region of interest
 *   vm region COMMAND [ARG...]  runs COMMAND between these two markers and ends with its status
 *   vm report KEY=VALUE         notes a fact about the guest in the trace's header
 *   vm exit STATUS              ends the emulation; where nobody listens, just ends
 *
 * `vm region` puts its markers right before the child is born and right after it is gone: a shell would add its own work to both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	else {
		fprintf(stderr, "usage: vm mark NAME | vm region COMMAND [ARG...] | vm report KEY=VALUE | vm exit STATUS\n");
		return 2;
	}
	return 0;
}
