#include "sys/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

extern char** environ;  // NOLINT: the name is POSIX's

namespace sluice::sys {
namespace {

using base::ErrorKind;

ErrorKind kind_of_spawn_error(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::not_found;
    case EACCES:
    case EPERM: return ErrorKind::denied;
    default: return ErrorKind::unavailable;
  }
}

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

class Attributes {
 public:
  explicit Attributes(Group group) {
    ::posix_spawnattr_init(&raw_);
    sigset_t defaults, blocked;
    ::sigemptyset(&blocked);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGTERM, SIGHUP, SIGINT}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigdefault(&raw_, &defaults);
    ::posix_spawnattr_setsigmask(&raw_, &blocked);
    int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (group == Group::of_its_own) flags |= POSIX_SPAWN_SETPGROUP;  // the number 0 is its own
    ::posix_spawnattr_setflags(&raw_, static_cast<short>(flags));
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&raw_); }
  const posix_spawnattr_t* get() const { return &raw_; }

 private:
  posix_spawnattr_t raw_{};
};

}  // namespace

void Descriptor::close_now() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

base::Result<Spawned> spawn(const Command& command, Group group) {
  base::check(!command.argv.empty(), "a command has a program");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return base::fail(ErrorKind::unavailable, std::string("pipe: ") + std::strerror(errno));
  Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);

  std::vector<char*> argv;
  auto texts = command.argv;
  for (auto& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  Environment environment(command.environment);
  const Attributes attributes(group);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDERR_FILENO);
  pid_t pid = 0;
  const int code =
      ::posix_spawnp(&pid, argv[0], &actions, attributes.get(), argv.data(), environment.get());
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0)
    return base::fail(kind_of_spawn_error(code),
                      "starting " + command.argv[0] + ": " + std::strerror(code));
  return Spawned{pid, std::move(reader)};
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sluice::sys
