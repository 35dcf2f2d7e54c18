/* SPDX-License-Identifier: MIT */
/*
 * libCacheSim's oracleGeneral: one packed little-endian record a request.
 *
 *   0         4             12         16                  24
 *   +---------+-------------+----------+-------------------+
 *   | seconds | object's id | object's | next request of   |
 *   |         |             | bytes    | the object, or -1 |
 *   +---------+-------------+----------+-------------------+
 *
 * Requests are counted from 1 in `next`.
 *
 * Source: libCacheSim, traceReader/customizedReader/oracle/oracleGeneralBin.h (layout) and
 * bin/traceUtils/traceConvOracleGeneral.cpp (how requests are counted).
 */
#ifndef TRACE_ORACLE_GENERAL_H
#define TRACE_ORACLE_GENERAL_H

enum {
	ORACLE_GENERAL_TIME = 0,
	ORACLE_GENERAL_ID = 4,
	ORACLE_GENERAL_BYTES = 12,
	ORACLE_GENERAL_NEXT = 16,
	ORACLE_GENERAL_RECORD = 24,
};

#endif
