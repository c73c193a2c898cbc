// Any bytes as two versions: the order is total, and every text is equal to itself. The input is
// cut at its first line feed. Source: migration 3.2.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "deb/version.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = text.find('\n');
  if (first == std::string_view::npos) return 0;
  const auto second = text.find('\n', first + 1);
  const auto a = text.substr(0, first);
  const auto b =
      text.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
  const auto c = second == std::string_view::npos ? a : text.substr(second + 1);
  const auto ab = deb::compare_versions(a, b);
  const auto bc = deb::compare_versions(b, c);
  base::check(deb::compare_versions(a, a) == 0, "a version equals itself");
  base::check((ab < 0) == (deb::compare_versions(b, a) > 0), "the order is antisymmetric");
  if (ab <= 0 && bc <= 0) base::check(deb::compare_versions(a, c) <= 0, "the order is transitive");
  return 0;
}
