#include "unit.h"
CU_TestInfo results_csv_tests[] = { CU_TEST_INFO_NULL, };
