// What every ResultStore promises (results/result_store.h), asked of whichever a test brings.
#pragma once

#include <span>
#include <string>

#include "results/result_store.h"

namespace sluice::test {

struct Promise {
  const char* name;
  // `container`: one that the store does not have yet; what is made begins with this name.
  void (*check)(results::ResultStore& store, const std::string& container);
};

std::span<const Promise> result_store_promises();

}  // namespace sluice::test
