#include "worker/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "codec/digest.h"

namespace sluice::worker {
namespace {

constexpr std::size_t kNameBytesMax = 100;   // a host's has 64
constexpr std::size_t kTestbedNameMax = 63;  // LXD's, and a label's of DNS
constexpr std::size_t kIdDigits = 8;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_id(std::string_view text) {
  return text.size() == kIdDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

base::Result<void> check_name(std::string_view name) {
  const auto fits = [](char c) {
    return is_plain(c) || std::string_view("._~-").find(c) != std::string_view::npos;
  };
  if (!name.empty() && name.size() <= kNameBytesMax && is_plain(name.front()) &&
      std::ranges::all_of(name, fits))
    return {};
  return base::fail(base::ErrorKind::invalid,
                    fmt::format("\"{}\" is no name of a worker: expected letters, digits, \".\", "
                                "\"_\", \"~\" and \"-\", at most {}",
                                name, kNameBytesMax));
}

std::string default_name(std::string_view host, std::string_view id) {
  std::string name;
  for (const char c : host) name += is_plain(c) || c == '.' ? c : '-';
  // The kernel gives out whatever the host's administrator wrote.
  if (name.empty() || !is_plain(name.front())) name = "host" + name;
  return fmt::format("{}~{}", name.substr(0, kNameBytesMax - kIdDigits - 1), id);
}

base::Result<std::string> keep_id(sys::FileSystem& files, const std::string& work_directory,
                                  std::uint64_t seed) {
  const auto path = work_directory + "/" + kIdFile;
  if (const auto kept = files.read(path); kept && is_id(base::trim(*kept)))
    return std::string(base::trim(*kept));
  auto id = fmt::format("{:08x}", static_cast<std::uint32_t>(seed));
  if (auto written = files.replace(path, id + "\n"); !written)
    return std::unexpected(std::move(written.error()));
  return id;
}

std::string testbed_name(std::string_view slot) {
  std::string name = "adt-";
  for (const char c : slot) name += is_plain(c) ? c : '-';
  if (name.size() <= kTestbedNameMax && std::string_view(name).substr(4) == slot) return name;
  // Two that look alike now must not be one: it would be deleted under the other's test.
  const auto mark = "-" + codec::sha256_hex(slot).substr(0, kIdDigits);
  return name.substr(0, kTestbedNameMax - mark.size()) + mark;
}

}  // namespace sluice::worker
