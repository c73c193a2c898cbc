#!/usr/bin/python3
"""The demonstration of ./run in sessions of schroot, with apt's own sources, pins and installations."""
# covers: cli/cmd_serve.cc flow/gate_loop.cc

import sys

import demo_test

sys.exit(demo_test.show("schroot"))
