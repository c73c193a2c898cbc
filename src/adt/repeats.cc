#include "adt/repeats.h"

#include <chrono>
#include <functional>
#include <string>

namespace sluice::adt {

int Repeats::note(std::string_view producer, std::string_view key, base::Instant now) {
  // A clock that was set back begins an hour, too.
  if (now < since_ || now - since_ >= std::chrono::hours(1)) {
    since_ = now;
    counts_.clear();
  }
  std::string both(producer);
  (both += '\n') += key;
  return ++counts_[std::hash<std::string>{}(both)];
}

}  // namespace sluice::adt
