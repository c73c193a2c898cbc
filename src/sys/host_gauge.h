// HostGauge: what running programs use of this machine, and how much it makes them wait. Nothing is
// kept: each call measures. The one of Linux is proc_host_gauge.cc. May be used by several threads.
// Source: testgrid 1.3 (item 2), 1.4; proc(5); the kernel's accounting/psi.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::sys {

// The share of the last ten seconds in which something waited for a resource, in percent from 0 to
// 100, two digits after the point. Nothing: the kernel does not tell.
struct Pressure {
  std::optional<double> cpu = std::nullopt, memory = std::nullopt, io = std::nullopt;

  friend bool operator==(const Pressure&, const Pressure&) = default;
};

class HostGauge {
 public:
  HostGauge() = default;
  HostGauge(const HostGauge&) = delete;
  HostGauge& operator=(const HostGauge&) = delete;
  virtual ~HostGauge() = default;

  // Memory that the processes of the group and all that they started have resident, those that left
  // the group too. What several share is counted for each, so it is an upper bound. What a daemon
  // runs for them, as that of containers does, is none of theirs. Nothing: there is no such group,
  // or it cannot be told. Cost: reads a file of every process of the machine.
  virtual std::optional<std::uint64_t> resident_bytes(std::int64_t group) = 0;

  virtual Pressure pressure() = 0;
};

// The machine's. `proc`: where proc(5) is mounted.
std::unique_ptr<HostGauge> proc_host_gauge(std::string proc = "/proc");

// What /proc/PID/stat says of a process; its name may have anything in it. Nothing: it is none.
struct ProcessStat {
  std::int64_t parent = 0, group = 0;
  std::uint64_t resident_pages = 0;

  friend bool operator==(const ProcessStat&, const ProcessStat&) = default;
};
std::optional<ProcessStat> parse_process_stat(std::string_view text);

// avg10 of the line "some" of a file of /proc/pressure. Nothing: there is none between 0 and 100.
std::optional<double> parse_pressure(std::string_view text);

}  // namespace sluice::sys
