#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "sys/processes.h"

extern char** environ;  // NOLINT: the name is POSIX's

namespace sluice::sys {
namespace {

using base::ErrorKind;

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::not_found;
    case EACCES:
    case EPERM: return ErrorKind::denied;
    default: return ErrorKind::unavailable;
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }
  int get() const { return fd_; }
  void close_now() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// The present environment with additions, as the system calls want it.
class Environment {
 public:
  explicit Environment(const std::vector<std::pair<std::string, std::string>>& added) {
    for (const auto& [name, value] : added) texts_.push_back(name + "=" + value);
    for (char** entry = environ; *entry != nullptr; ++entry)
      if (!is_replaced(*entry, added)) pointers_.push_back(*entry);
    for (auto& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }

 private:
  static bool is_replaced(std::string_view entry,
                          const std::vector<std::pair<std::string, std::string>>& added) {
    for (const auto& [name, value] : added)
      if (entry.starts_with(name + "=")) return true;
    return false;
  }

  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

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
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

class PosixProcesses : public Processes {
 public:
  base::Result<int> run(const Command& command, const OnLine& on_line) override;
};

base::Result<int> PosixProcesses::run(const Command& command, const OnLine& on_line) {
  base::check(!command.argv.empty(), "a command has a program");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return base::fail(ErrorKind::unavailable, std::string("pipe: ") + std::strerror(errno));
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);

  std::vector<char*> argv;
  auto texts = command.argv;
  for (auto& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  Environment environment(command.environment);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDERR_FILENO);
  pid_t pid = 0;
  const int code = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environment.get());
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0)
    return base::fail(kind_of(code), "starting " + command.argv[0] + ": " + std::strerror(code));
  writer.close_now();
  read_lines(reader.get(), on_line);
  return wait_for(pid);
}

}  // namespace

std::unique_ptr<Processes> posix_processes() { return std::make_unique<PosixProcesses>(); }

}  // namespace sluice::sys
