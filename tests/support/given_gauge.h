// GivenGauge: a host that bears what the test says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "sys/host_gauge.h"

namespace sluice::test {

class GivenGauge final : public sys::HostGauge {
 public:
  std::optional<std::uint64_t> resident_bytes(std::int64_t group) override {
    const auto at = groups.find(group);
    return at == groups.end() ? std::nullopt : std::optional(at->second);
  }
  sys::Pressure pressure() override { return waits; }

  std::map<std::int64_t, std::uint64_t> groups;  // what each has resident
  sys::Pressure waits;
};

}  // namespace sluice::test
