#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>

#include "sys/processes.h"
#include "sys/spawn.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::unexpected<base::Error> group_failure(const std::string& what) {
  return base::fail(ErrorKind::unavailable, what + ": " + std::strerror(errno));
}

// Never longer than until `until`.
int milliseconds_until(SteadyClock::time_point until, milliseconds longest) {
  const auto left = std::chrono::ceil<milliseconds>(until - SteadyClock::now());
  return static_cast<int>(std::clamp(left, milliseconds(0), longest).count());
}

// How long a group may outlive a program that was asked to end, and how often that is looked at.
constexpr std::chrono::seconds kLeave{10};
constexpr milliseconds kLook{50};

class OutputFile {
 public:
  explicit OutputFile(const std::string& path)
      : fd_(path.empty() ? -1
                         : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)),
        wanted_(!path.empty()) {}

  bool is_bad() const { return wanted_ && fd_.get() < 0; }

  bool write(std::string_view bytes) {
    while (wanted_ && !bytes.empty()) {
      const auto put = ::write(fd_.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

 private:
  Descriptor fd_;
  bool wanted_;
};

// One group from its start to its last process.
class Run {
 public:
  Run(const GroupCommand& command, GroupWatch& watch, OutputFile& file, Spawned& spawned)
      : command_(command),
        watch_(watch),
        file_(file),
        spawned_(spawned),
        exited_(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0))) {
    ::fcntl(spawned_.output.get(), F_SETFL, O_NONBLOCK);
  }

  base::Result<GroupEnd> follow() {
    const auto begin = SteadyClock::now();
    auto next_tick = begin;
    while (!reap()) {
      const auto now = SteadyClock::now();
      if (command_.limit.count() > 0 && now - begin >= command_.limit)
        end_group(GroupEnding::limit, now);
      if (now >= next_tick) {
        next_tick = now + command_.tick;
        if (watch_.tick() == Proceed::stop) end_group(GroupEnding::stopped, now);
      }
      if (kill_at_ && now >= *kill_at_) (void)::killpg(spawned_.pid, SIGKILL);
      wait(next_tick);
      read_output();
    }
    if (kill_at_) let_group_end(std::min(*kill_at_, SteadyClock::now() + kLeave));
    return close();
  }

 private:
  bool reap() {
    int status = 0;
    const auto pid = ::waitpid(spawned_.pid, &status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR)) return false;
    end_.code = pid < 0 ? 255 : exit_code_of(status);
    return true;
  }

  void end_group(GroupEnding ending, SteadyClock::time_point now) {
    if (kill_at_) return;
    end_.ending = ending;
    kill_at_ = now + command_.grace;
    (void)::kill(spawned_.pid, SIGTERM);
  }

  // For output, the exit, or the next thing to do. Without pidfd_open() it is looked at every
  // tenth of a second.
  void wait(SteadyClock::time_point next_tick) {
    std::array<pollfd, 2> files{pollfd{open_ ? spawned_.output.get() : -1, POLLIN, 0},
                                pollfd{exited_.get(), POLLIN, 0}};
    const auto until = kill_at_ ? std::min(next_tick, *kill_at_) : next_tick;
    const milliseconds longest(exited_.get() < 0 ? 100 : 60'000);
    (void)::poll(files.data(), files.size(), milliseconds_until(until, longest));
  }

  void read_output() {
    std::array<char, 1 << 14> buffer;
    while (open_) {
      const auto got = ::read(spawned_.output.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        open_ = false;
        return;
      }
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
      watch_.on_output(bytes);
      if (!file_.write(bytes) && !lost_output_) {
        lost_output_ = true;
        end_group(GroupEnding::stopped, SteadyClock::now());
      }
    }
  }

  // A program that was asked to end may leave others of its group that tidy up: a server of
  // testbeds ends its session when the program is gone.
  void let_group_end(SteadyClock::time_point until) {
    while (::killpg(spawned_.pid, 0) == 0 && SteadyClock::now() < until) {
      std::array<pollfd, 1> files{pollfd{open_ ? spawned_.output.get() : -1, POLLIN, 0}};
      (void)::poll(files.data(), files.size(), static_cast<int>(kLook.count()));
      read_output();
    }
  }

  // The program has exited: the rest of its group is killed, and what they wrote is read. A process
  // that left the group may hold the pipe for ever, so the end of the file is not waited for.
  base::Result<GroupEnd> close() {
    (void)::killpg(spawned_.pid, SIGKILL);
    read_output();
    if (lost_output_)
      return base::fail(ErrorKind::unavailable, "cannot write " + command_.output_file);
    return end_;
  }

  const GroupCommand& command_;
  GroupWatch& watch_;
  OutputFile& file_;
  Spawned& spawned_;
  Descriptor exited_;  // readable when the program has exited
  std::optional<SteadyClock::time_point> kill_at_;
  bool open_ = true;
  bool lost_output_ = false;
  GroupEnd end_;
};

bool has_variable(pid_t pid, const std::string& variable) {
  const auto path = "/proc/" + std::to_string(pid) + "/environ";
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return false;
  std::string text(1, '\0');
  std::array<char, 1 << 14> buffer;
  for (;;) {
    const auto got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text.contains(std::string(1, '\0') + variable + std::string(1, '\0'));
}

// Of a process that is gone it is 0. Format: proc(5), stat: "PID (NAME) STATE PARENT ..."; the name
// may have anything in it.
pid_t parent_of(pid_t pid) {
  const auto path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 512> buffer;
  const auto got = file.get() < 0 ? 0 : ::read(file.get(), buffer.data(), buffer.size() - 1);
  if (got <= 0) return 0;
  const std::string text(buffer.data(), static_cast<std::size_t>(got));
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > text.size()) return 0;
  return static_cast<pid_t>(std::strtol(text.c_str() + name_end + 4, nullptr, 10));
}

// A zombie has no environment any more, so it does not count.
std::vector<pid_t> marked(const std::string& variable) {
  std::vector<pid_t> found;
  DIR* const processes = ::opendir("/proc");
  if (processes == nullptr) return found;
  while (const auto* entry = ::readdir(processes)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid > 0 && pid != ::getpid() && has_variable(pid, variable)) found.push_back(pid);
  }
  ::closedir(processes);
  std::ranges::sort(found);
  return found;
}

class PosixProcessGroups final : public ProcessGroups {
 public:
  base::Result<GroupEnd> run(const GroupCommand& command, GroupWatch& watch) override {
    OutputFile file(command.output_file);
    if (file.is_bad()) return group_failure("cannot write " + command.output_file);
    auto spawned = spawn(command.command, Group::of_its_own);
    if (!spawned) return std::unexpected(spawned.error());
    watch.on_start(spawned->pid);
    return Run(command, watch, file, *spawned).follow();
  }

  base::Result<int> end_marked(const std::string& name, const std::string& value,
                               milliseconds grace) override {
    const auto variable = name + "=" + value;
    auto left = marked(variable);
    const auto count = static_cast<int>(left.size());
    if (left.empty()) return 0;
    std::set<pid_t> asked;
    // Twice the grace: processes that die by SIGKILL need a moment too.
    const auto kill_at = SteadyClock::now() + grace;
    const auto give_up_at = kill_at + std::max(grace, milliseconds(1000));
    for (left = marked(variable); !left.empty(); left = marked(variable)) {
      const auto now = SteadyClock::now();
      if (now >= give_up_at)
        return base::fail(ErrorKind::unavailable,
                          std::to_string(left.size()) + " processes do not end");
      for (const auto pid : left) {
        if (now >= kill_at)
          (void)::kill(pid, SIGKILL);
        else if (!std::ranges::binary_search(left, parent_of(pid)) && asked.insert(pid).second)
          (void)::kill(pid, SIGTERM);
      }
      (void)::poll(nullptr, 0, 20);  // they are nobody's children: there is nothing to wait on
    }
    return count;
  }
};

}  // namespace

std::unique_ptr<ProcessGroups> posix_process_groups() {
  return std::make_unique<PosixProcessGroups>();
}

}  // namespace sluice::sys
