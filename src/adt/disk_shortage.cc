#include "adt/disk_shortage.h"

#include <fmt/format.h>

namespace sluice::adt {

std::string text_of(const DiskShortage& shortage) {
  return fmt::format("{}: {} bytes free, fewer than {}", shortage.path, shortage.free_bytes,
                     shortage.min_bytes);
}

}  // namespace sluice::adt
