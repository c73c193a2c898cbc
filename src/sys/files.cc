#include "sys/files.h"

namespace sluice::sys {

base::Result<std::string> FileSystem::read(const std::string& path) {
  const auto view = open(path);
  if (!view) return std::unexpected(view.error());
  return std::string((*view)->bytes());
}

}  // namespace sluice::sys
