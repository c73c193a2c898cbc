#include "sys/self.h"

#include <filesystem>
#include <system_error>

namespace sluice::sys {

std::string executable_path() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).string();
}

std::string working_directory() {
  std::error_code failed;
  return std::filesystem::current_path(failed).string();
}

}  // namespace sluice::sys
