/* SPDX-License-Identifier: MIT */
/* The part of the YAML that says what is swept. Private to config/. */
#ifndef CONFIG_YAML_SWEEP_H
#define CONFIG_YAML_SWEEP_H

#include "config/yaml_reader.h"

/* Reads reader->sweep. */
int reader_sweep(struct reader *reader, struct err *err);

#endif
