#include "sys/usage.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "base/text.h"

namespace sluice::sys {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// "RssAnon:	    1234 kB" -> bytes, if the line has that name.
void read_line(std::string_view line, std::string_view name, std::uint64_t& bytes) {
  const auto words = base::split_words(line);
  if (words.size() < 2 || words[0] != name) return;
  if (const auto kilobytes = base::parse_int(words[1]); kilobytes && *kilobytes > 0)
    bytes = static_cast<std::uint64_t>(*kilobytes) * 1024;
}

}  // namespace

MemoryStatus parse_memory_status(std::string_view text) {
  MemoryStatus status;
  for (const auto line : base::split(text, '\n')) {
    read_line(line, "RssAnon:", status.anonymous_bytes);
    read_line(line, "VmHWM:", status.peak_resident_bytes);
  }
  return status;
}

// What is freed in one phase is wanted in the next: giving pages back and merging small blocks
// again and again costs a tenth of a run.
void prefer_speed_to_memory() {
#ifdef __GLIBC__
  constexpr int kLargeBlock = 4 << 20;  // from here on a mapping of its own, which goes when freed
  constexpr int kGrowth = 1 << 20;
  (void)mallopt(M_MXFAST, 0);
  (void)mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
  (void)mallopt(M_TOP_PAD, kGrowth);
#endif
}

Usage usage_now() {
  Usage usage;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    usage.user_seconds = seconds_of(used.ru_utime);
    usage.system_seconds = seconds_of(used.ru_stime);
  }
  usage.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  // One read is enough: the kernel makes the text in one piece of less than a page.
  std::array<char, 4096> text{};
  const int fd = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return usage;
  const auto got = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (got <= 0) return usage;
  const auto memory = parse_memory_status({text.data(), static_cast<std::size_t>(got)});
  usage.anonymous_bytes = memory.anonymous_bytes;
  usage.peak_resident_bytes = memory.peak_resident_bytes;
  return usage;
}

}  // namespace sluice::sys
