#include "queue/host_load.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"

namespace sluice::queue {
namespace {

// Numbers up to this are whole in every reader of JSON.
constexpr std::int64_t kBytesMax = std::int64_t{1} << 53;

std::unexpected<base::Error> wrong_load(std::string_view name, std::string_view wanted) {
  return base::fail(base::ErrorKind::invalid, fmt::format("\"{}\": expected {}", name, wanted));
}

using Bytes = std::optional<std::uint64_t>;
base::Result<Bytes> bytes_in(const codec::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found == nullptr) return Bytes();
  const auto* number = std::get_if<std::int64_t>(found);
  if (number == nullptr || *number < 0 || *number > kBytesMax)
    return wrong_load(key, fmt::format("a whole number from 0 to {}", kBytesMax));
  return Bytes(static_cast<std::uint64_t>(*number));
}

using Share = std::optional<double>;
base::Result<Share> share_in(const codec::Value& pressure, std::string_view key) {
  const auto* found = pressure.find(key);
  if (found == nullptr) return Share();
  double share = -1;
  if (const auto* real = std::get_if<double>(found)) share = *real;
  if (const auto* whole = std::get_if<std::int64_t>(found)) share = static_cast<double>(*whole);
  if (share >= 0 && share <= 100) return Share(share);
  return wrong_load(fmt::format("pressure\" \"{}", key), "a number from 0 to 100");
}

base::Result<sys::Pressure> pressure_in(const codec::Value& value) {
  const auto* found = value.find("pressure");
  if (found == nullptr) return sys::Pressure{};
  if (found->map() == nullptr) return wrong_load("pressure", "an object");
  const auto cpu = share_in(*found, "cpu"), memory = share_in(*found, "memory");
  const auto io = share_in(*found, "io");
  for (const auto* share : {&cpu, &memory, &io})
    if (!*share) return std::unexpected(share->error());
  return sys::Pressure{*cpu, *memory, *io};
}

// Rounded down: "0.9 GiB" is not yet one.
std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto tenths = bytes;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    tenths = bytes * 10 / 1024;
    bytes /= 1024;
    ++unit;
  }
  if (unit == 0) return fmt::format("{} bytes", bytes);
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, kUnits.at(unit));
}

}  // namespace

void add_to(codec::Map& map, const HostLoad& load) {
  const auto add = [](codec::Map& to, const char* key, const auto& value) {
    if (value) to.insert_or_assign(key, *value);
  };
  if (load.rss_bytes) map.insert_or_assign("rss_bytes", static_cast<std::int64_t>(*load.rss_bytes));
  if (load.disk_free_bytes)
    map.insert_or_assign("disk_free_bytes", static_cast<std::int64_t>(*load.disk_free_bytes));
  codec::Map pressure;
  add(pressure, "cpu", load.pressure.cpu);
  add(pressure, "memory", load.pressure.memory);
  add(pressure, "io", load.pressure.io);
  if (!pressure.empty()) map.insert_or_assign("pressure", std::move(pressure));
}

base::Result<HostLoad> parse_host_load(const codec::Value& value) {
  const auto rss = bytes_in(value, "rss_bytes"), disk = bytes_in(value, "disk_free_bytes");
  for (const auto* bytes : {&rss, &disk})
    if (!*bytes) return std::unexpected(bytes->error());
  const auto pressure = pressure_in(value);
  if (!pressure) return std::unexpected(pressure.error());
  return HostLoad{*rss, *disk, *pressure};
}

std::string text_of(const HostLoad& load) {
  std::vector<std::string> parts, waits;
  if (load.rss_bytes) parts.push_back("memory " + size_text(*load.rss_bytes));
  if (load.disk_free_bytes) parts.push_back("disk " + size_text(*load.disk_free_bytes) + " free");
  const auto add = [&](const char* name, const Share& share) {
    if (share) waits.push_back(fmt::format("{} {:.2f} %", name, *share));
  };
  add("cpu", load.pressure.cpu);
  add("memory", load.pressure.memory);
  add("io", load.pressure.io);
  if (!waits.empty()) parts.push_back("waiting for " + base::join(waits, ", "));
  return base::join(parts, ", ");
}

}  // namespace sluice::queue
