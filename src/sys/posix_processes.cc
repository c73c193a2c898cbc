#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "sys/processes.h"
#include "sys/spawn.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;

// Hands out whole lines; a last one without newline at the end.
void read_lines(int fd, const Processes::OnLine& on_line) {
  std::string pending;
  std::array<char, 8192> buffer;
  while (true) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    pending.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', begin)) {
      on_line(std::string_view(pending).substr(begin, end - begin));
      begin = end + 1;
    }
    pending.erase(0, begin);
  }
  if (!pending.empty()) on_line(pending);
}

base::Result<int> wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return base::fail(ErrorKind::unavailable, std::string("waiting: ") + std::strerror(errno));
  return exit_code_of(status);
}

class PosixProcesses : public Processes {
 public:
  base::Result<int> run(const Command& command, const OnLine& on_line) override {
    const auto spawned = spawn(command, Group::ours);
    if (!spawned) return std::unexpected(spawned.error());
    read_lines(spawned->output.get(), on_line);
    return wait_for(spawned->pid);
  }
};

}  // namespace

std::unique_ptr<Processes> posix_processes() { return std::make_unique<PosixProcesses>(); }

}  // namespace sluice::sys
