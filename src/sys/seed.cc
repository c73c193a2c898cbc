#include "sys/seed.h"

#include <sys/random.h>

#include "base/check.h"

namespace sluice::sys {

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  while (seed == 0)
    base::check(getrandom(&seed, sizeof seed, 0) == sizeof seed, "the kernel gives random bytes");
  return seed;
}

}  // namespace sluice::sys
