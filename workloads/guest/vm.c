/*
 * vm: how scripts in the guest speak to the recorder.
 *
 *   vm mark NAME                puts a marker into the trace; roi-begin and roi-end bound the region of interest
 *   vm region COMMAND [ARG...]  runs COMMAND between these two markers and ends with its status
 *   vm job COMMAND [ARG...]     runs COMMAND, which marks its region itself or has it marked, and ends with its status
 *   vm report KEY=VALUE         notes a fact about the guest in the trace's header
 *   vm seed TEXT                seeds the kernel's random numbers, so that they are the same in every run
 *   vm exit STATUS              ends the emulation, recorded or not; on a machine that is no Bochs, just ends
 *
 * `vm region` puts its markers right before the child is born and right after it is gone: a shell would add its own work to both.
 *
 * In a guest that is to swap (job.h) both put COMMAND into the job's group, and report at its end, in bytes: job.peak, what was charged to
 * the group at most; and as COMMAND exits, with its memory still there, job.kernel of the kernel's memory, and job.file and job.shmem of
 * pages of files, the latter those without a disk.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm.h"

static char at_exit[JOB_TEXT]; /* memory.stat of the job's group */

/*
 * Names the job to the recorder, which knows it by a page that is mapped to this frame: that of its stack (bochs-plugin/job.h). The frame is
 * bits 0 to 54 of the page's entry (Documentation/admin-guide/mm/pagemap.rst).
 */
static void name_job(pid_t child)
{
	struct user_regs_struct registers = {0};
	unsigned long long entry = 0;
	char path[64], line[64];
	int pagemap;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)child);
	pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (ptrace(PTRACE_GETREGS, child, 0, &registers) < 0 || pagemap < 0 ||
	    pread(pagemap, &entry, sizeof(entry), (off_t)(registers.rsp / 4096 * 8)) != sizeof(entry))
		perror(path);
	close(pagemap);
	snprintf(line, sizeof(line), "job.stack=%llx:%llx", (unsigned long long)registers.rsp / 4096, entry & ((1ull << 55) - 1));
	vm_report(line);
}

/*
 * Waits for a job that is traced: it stops when it has started, where it is asked to stop once more as it exits. Signals go on to it.
 */
static int wait_traced(pid_t child)
{
	int status, passed;

	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		passed = WSTOPSIG(status);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
			job_read(JOB_GROUP "/memory.stat", at_exit);
			passed = 0;
		} else if (passed == SIGTRAP) {
			ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXIT);
			name_job(child);
			passed = 0;
		}
		ptrace(PTRACE_CONT, child, 0, passed);
	}
	return status;
}

static void report_bytes(const char *key, const char *word)
{
	char line[64];

	snprintf(line, sizeof(line), "job.%s=%lld", key, job_number(at_exit, word));
	vm_report(line);
}

static void report_memory(void)
{
	static char peak[JOB_TEXT];
	char line[64];

	job_read(JOB_GROUP "/memory.peak", peak);
	snprintf(line, sizeof(line), "job.peak=%lld", strtoll(peak, NULL, 10));
	vm_report(line);
	report_bytes("kernel", "kernel");
	report_bytes("file", "file");
	report_bytes("shmem", "shmem");
}

/* Runs a command, between the two markers if `marks`. Returns its status as a shell's. */
static int run(char **command, int marks)
{
	int status = 0, joins = job_is_there();
	pid_t child;

	if (marks)
		vm_mark("roi-begin");
	child = vfork();
	if (child == 0) {
		if (joins && (job_write("cgroup.procs", "0") < 0 || ptrace(PTRACE_TRACEME, 0, 0, 0) < 0))
			_exit(126);
		execvp(command[0], command);
		_exit(127);
	}
	if (child > 0 && joins)
		status = wait_traced(child);
	else if (child > 0)
		waitpid(child, &status, 0);
	if (marks)
		vm_mark("roi-end");
	if (child > 0 && joins)
		report_memory();
	if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
		fprintf(stderr, "vm: %s could not be run\n", command[0]);
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
		return run(argv + 2, 1);
	if (strcmp(verb, "job") == 0)
		return run(argv + 2, 0);
	if (strcmp(verb, "mark") == 0 && argc == 3)
		vm_mark(argv[2]);
	else if (strcmp(verb, "report") == 0 && argc == 3 && strchr(argv[2], '='))
		vm_report(argv[2]);
	else if (strcmp(verb, "exit") == 0 && argc == 3)
		vm_exit(atoi(argv[2]));
	else if (strcmp(verb, "seed") == 0 && argc == 3)
		return seed(argv[2]);
	else {
		fprintf(stderr, "usage: vm mark NAME | vm region COMMAND [ARG...] | vm job COMMAND [ARG...] | vm report KEY=VALUE | vm exit STATUS | vm seed TEXT\n");
		return 2;
	}
	return 0;
}
