#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "support/rounds.h"

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  if (const auto divisor = sluice::test::rounds_divisor(); divisor != 1)
    std::printf("random cases: 1/%u of their number (SLUICE_ROUNDS_DIVISOR)\n", divisor);
  return context.run();
}
