#include "unit.h"
CU_TestInfo sweep_tests[] = { CU_TEST_INFO_NULL, };
