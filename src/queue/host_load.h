// HostLoad: what a worker measured on its host for a heartbeat: of the test that it runs, and of
// what that may lack. For people; nothing is decided by it. Values. Format:
// docs/formats/queue-api.md. Source: testgrid 1.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "codec/value.h"
#include "sys/host_gauge.h"

namespace sluice::queue {

// Nothing where it is not known: of workers from before there was such, between runs, or where the
// host does not tell.
struct HostLoad {
  std::optional<std::uint64_t> rss_bytes = std::nullopt;  // sys::HostGauge::resident_bytes()
  // On the tightest of the disks that the worker's tests write to.
  std::optional<std::uint64_t> disk_free_bytes = std::nullopt;
  sys::Pressure pressure = {};

  friend bool operator==(const HostLoad&, const HostLoad&) = default;
};

// Members "rss_bytes", "disk_free_bytes" and "pressure" with "cpu", "memory" and "io", each only if
// it is known.
void add_to(codec::Map& map, const HostLoad& load);
// Of a map that may have them. Errors: invalid (names the member): what a worker says is shown.
base::Result<HostLoad> parse_host_load(const codec::Value& value);

// "memory 12.0 MiB, disk 3.4 GiB free, waiting for cpu 1.50 %, io 0.00 %"; "" if nothing is known.
std::string text_of(const HostLoad& load);

}  // namespace sluice::queue
