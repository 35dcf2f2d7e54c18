#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds configurations to the schema, by a validator that is not ours.

  megavm config --schema | tests/schema.py FILE...     prints what is wrong in each file, a line an error
"""
import json
import sys

import jsonschema
import yaml

schema = json.load(sys.stdin)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
for name in sys.argv[1:]:
    with open(name, encoding='utf-8') as file:
        for error in kind(schema).iter_errors(yaml.safe_load(file)):
            print(name.split('/')[-1], '.'.join(map(str, error.path)) or '(top)', error.validator, sep=': ')
