/* SPDX-License-Identifier: MIT */
/* Runs every suite, or those named on the command line, and ends with the line `N passed, N failed`. */
#include <stdio.h>
#include <string.h>

#include <CUnit/Basic.h>

#include "unit.h"

static CU_SuiteInfo suites[] = {
	{"active", NULL, NULL, NULL, NULL, active_tests},
	{"active-theorem", NULL, NULL, NULL, NULL, active_theorem_tests},
	{"err", NULL, NULL, NULL, NULL, err_tests},
	{"fabric", NULL, NULL, NULL, NULL, fabric_tests},
	{"fault", NULL, NULL, NULL, NULL, fault_tests},
	{"fault_handlers", NULL, NULL, NULL, NULL, fault_handlers_tests},
	{"filter", NULL, NULL, NULL, NULL, filter_tests},
	{"prefetch", NULL, NULL, NULL, NULL, prefetch_tests},
	{"prefetch-naive", NULL, NULL, NULL, NULL, prefetch_naive_tests},
	{"replay", NULL, NULL, NULL, NULL, replay_tests},
	{"rpm", NULL, NULL, NULL, NULL, rpm_tests},
	{"trace", NULL, NULL, NULL, NULL, trace_tests},
	{"rng", NULL, NULL, NULL, NULL, rng_tests},
	{"repeats", NULL, NULL, NULL, NULL, repeats_tests},
	{"vcpus", NULL, NULL, NULL, NULL, vcpus_tests},
	{"policy", NULL, NULL, NULL, NULL, policy_tests},
	{"units", NULL, NULL, NULL, NULL, units_tests},
	{"option", NULL, NULL, NULL, NULL, option_tests},
	{"cluster", NULL, NULL, NULL, NULL, cluster_tests},
	{"config", NULL, NULL, NULL, NULL, config_tests},
	{"progress", NULL, NULL, NULL, NULL, progress_tests},
	{"input", NULL, NULL, NULL, NULL, input_tests},
	{"import", NULL, NULL, NULL, NULL, import_tests},
	{"export", NULL, NULL, NULL, NULL, export_tests},
	{"stack", NULL, NULL, NULL, NULL, stack_tests},
	{"curve", NULL, NULL, NULL, NULL, curve_tests},
	{"region", NULL, NULL, NULL, NULL, region_tests},
	{"measured", NULL, NULL, NULL, NULL, measured_tests},
	{"message", NULL, NULL, NULL, NULL, message_tests},
	{"peers", NULL, NULL, NULL, NULL, peers_tests},
	{"areas", NULL, NULL, NULL, NULL, areas_tests},
	{"qemu", NULL, NULL, NULL, NULL, qemu_tests},
	{"unmap", NULL, NULL, NULL, NULL, unmap_tests},
	{"engine", NULL, NULL, NULL, NULL, engine_tests},
	{"events", NULL, NULL, NULL, NULL, events_tests},
	{"plane", NULL, NULL, NULL, NULL, plane_tests},
	{"histogram", NULL, NULL, NULL, NULL, histogram_tests},
	{"digest", NULL, NULL, NULL, NULL, digest_tests},
	{"run-report", NULL, NULL, NULL, NULL, run_report_tests},
	{"platform", NULL, NULL, NULL, NULL, platform_tests},
	{"flow", NULL, NULL, NULL, NULL, flow_tests},
	{"pool", NULL, NULL, NULL, NULL, pool_tests},
	{"donors", NULL, NULL, NULL, NULL, donors_tests},
	{"restart", NULL, NULL, NULL, NULL, restart_tests},
	{"store", NULL, NULL, NULL, NULL, store_tests},
	{"workload", NULL, NULL, NULL, NULL, workload_tests},
	{"live", NULL, NULL, NULL, NULL, live_tests},
	{"loaded", NULL, NULL, NULL, NULL, loaded_tests},
	{"multi_lru", NULL, NULL, NULL, NULL, multi_lru_tests},
	{"closed_form", NULL, NULL, NULL, NULL, closed_form_tests},
	{"requests", NULL, NULL, NULL, NULL, requests_tests},
	{"size", NULL, NULL, NULL, NULL, size_tests},
	{"number", NULL, NULL, NULL, NULL, number_tests},
	{"sweep", NULL, NULL, NULL, NULL, sweep_tests},
	{"results-csv", NULL, NULL, NULL, NULL, results_csv_tests},
	{"sheet", NULL, NULL, NULL, NULL, sheet_tests},
	{"axis", NULL, NULL, NULL, NULL, axis_tests},
	{"chart", NULL, NULL, NULL, NULL, chart_tests},
	{"recorder", NULL, NULL, NULL, NULL, recorder_tests},
	{"job", NULL, NULL, NULL, NULL, job_tests},
	{"hinted", NULL, NULL, NULL, NULL, hinted_tests},
	{"again", NULL, NULL, NULL, NULL, again_tests},
	{"plugin", NULL, NULL, NULL, NULL, plugin_tests},
	{"generate", NULL, NULL, NULL, NULL, generate_tests},
	{"linux", NULL, NULL, NULL, NULL, linux_tests},
	CU_SUITE_INFO_NULL,
};

static int wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	unsigned failed, total;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	for (CU_SuiteInfo *suite = suites; suite->pName; suite++) {
		CU_SuiteInfo one[] = {*suite, CU_SUITE_INFO_NULL};

		if (wanted(suite->pName, argc, argv) && CU_register_suites(one) != CUE_SUCCESS)
			return 1;
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	failed = CU_get_number_of_tests_failed();
	total = CU_get_number_of_tests_run();
	printf("unit: %u passed, %u failed\n", total - failed, failed);
	CU_cleanup_registry();
	return failed || total == 0;
}
