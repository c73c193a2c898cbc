// Where this process is: its program file and its working directory.
#pragma once

#include <string>

namespace sluice::sys {

// Absolute path of the running program with links resolved; "" if the system does not say.
std::string executable_path();

// Absolute; "" if it was removed.
std::string working_directory();

}  // namespace sluice::sys
