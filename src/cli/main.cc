// sluice: the command line.
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "cli/command_line.h"

namespace {

int print(const sluice::cli::Answer& answer) {
  std::fputs(answer.out.c_str(), stdout);
  std::fputs(answer.error.c_str(), stderr);
  return answer.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto parsed = sluice::cli::parse_command_line(argc > 0 ? argv[0] : "sluice", arguments);
  if (const auto* answer = std::get_if<sluice::cli::Answer>(&parsed)) return print(*answer);
  return 0;
}
