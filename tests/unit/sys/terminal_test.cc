#include "sys/terminal.h"

#include <doctest/doctest.h>

using namespace sluice::sys;

TEST_CASE("terminal: a width is always known") { CHECK(terminal_columns() > 0); }
