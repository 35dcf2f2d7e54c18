/* SPDX-License-Identifier: MIT */
/* The unit tests: one file per module, each with one table of tests, listed in main.c. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/CUnit.h>

extern CU_TestInfo active_tests[];
extern CU_TestInfo active_theorem_tests[];
extern CU_TestInfo err_tests[];
extern CU_TestInfo fabric_tests[];
extern CU_TestInfo fault_tests[];
extern CU_TestInfo fault_handlers_tests[];
extern CU_TestInfo filter_tests[];
extern CU_TestInfo prefetch_tests[];
extern CU_TestInfo prefetch_naive_tests[];
extern CU_TestInfo replay_tests[];
extern CU_TestInfo rpm_tests[];
extern CU_TestInfo trace_tests[];
extern CU_TestInfo rng_tests[];
extern CU_TestInfo repeats_tests[];
extern CU_TestInfo vcpus_tests[];
extern CU_TestInfo policy_tests[];
extern CU_TestInfo units_tests[];
extern CU_TestInfo option_tests[];
extern CU_TestInfo cluster_tests[];
extern CU_TestInfo config_tests[];
extern CU_TestInfo progress_tests[];
extern CU_TestInfo input_tests[];
extern CU_TestInfo import_tests[];
extern CU_TestInfo export_tests[];
extern CU_TestInfo stack_tests[];
extern CU_TestInfo curve_tests[];
extern CU_TestInfo region_tests[];
extern CU_TestInfo measured_tests[];
extern CU_TestInfo message_tests[];
extern CU_TestInfo peers_tests[];
extern CU_TestInfo areas_tests[];
extern CU_TestInfo qemu_tests[];
extern CU_TestInfo unmap_tests[];
extern CU_TestInfo engine_tests[];
extern CU_TestInfo events_tests[];
extern CU_TestInfo plane_tests[];
extern CU_TestInfo histogram_tests[];
extern CU_TestInfo digest_tests[];
extern CU_TestInfo run_report_tests[];
extern CU_TestInfo platform_tests[];
extern CU_TestInfo flow_tests[];
extern CU_TestInfo pool_tests[];
extern CU_TestInfo donors_tests[];
extern CU_TestInfo store_tests[];
extern CU_TestInfo restart_tests[];
extern CU_TestInfo workload_tests[];
extern CU_TestInfo live_tests[];
extern CU_TestInfo loaded_tests[];
extern CU_TestInfo closed_form_tests[];
extern CU_TestInfo requests_tests[];
extern CU_TestInfo multi_lru_tests[];
extern CU_TestInfo size_tests[];
extern CU_TestInfo number_tests[];
extern CU_TestInfo sweep_tests[];
extern CU_TestInfo results_csv_tests[];
extern CU_TestInfo sheet_tests[];
extern CU_TestInfo axis_tests[];
extern CU_TestInfo chart_tests[];
extern CU_TestInfo recorder_tests[];
extern CU_TestInfo job_tests[];
extern CU_TestInfo hinted_tests[];
extern CU_TestInfo again_tests[];
extern CU_TestInfo plugin_tests[];
extern CU_TestInfo generate_tests[];
extern CU_TestInfo linux_tests[];

#endif
