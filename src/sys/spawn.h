// Starting a program with its output in a pipe: what the POSIX adapters of Processes and
// ProcessGroups share. Used by them alone.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"
#include "sys/processes.h"

namespace sluice::sys {

// A file descriptor that is closed at the end; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close_now(); }
  int get() const { return fd_; }
  void close_now();

 private:
  int fd_;
};

enum class Group : std::uint8_t { ours, of_its_own };

struct Spawned {
  pid_t pid = 0;      // to be waited for; with Group::of_its_own also the group's number
  Descriptor output;  // standard output and standard error, to read from
};

// Input is empty, and signals that we ignore or handle are the program's own again.
// Errors: not_found (no such program), denied, unavailable.
base::Result<Spawned> spawn(const Command& command, Group group);

// The exit code of a status of waitpid(), 128 + N for death by signal N.
int exit_code_of(int status);

}  // namespace sluice::sys
