// Where this process is: its program file, its working directory, its machine.
#pragma once

#include <string>

namespace sluice::sys {

// Absolute path of the running program with links resolved; "" if the system does not say.
std::string executable_path();

// Absolute; "" if it was removed.
std::string working_directory();

// The machine's name as its administrator wrote it, with a domain or without; "" if it has none.
std::string host_name();

}  // namespace sluice::sys
