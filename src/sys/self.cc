#include "sys/self.h"

#include <unistd.h>

#include <array>
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

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

}  // namespace sluice::sys
