/* Put in front of liblinear by LD_PRELOAD: marks where its training begins and ends. */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "vm.h"

void *train(const void *problem, const void *parameter);

void *train(const void *problem, const void *parameter)
{
	void *(*real)(const void *, const void *) = (void *(*)(const void *, const void *))dlsym(RTLD_NEXT, "train");
	int open = vm_open() == 0;
	void *model;

	if (open)
		vm_mark("train-begin");
	model = real(problem, parameter);
	if (open)
		vm_mark("train-end");
	return model;
}
