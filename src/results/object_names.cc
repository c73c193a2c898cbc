#include "results/object_names.h"

#include <string>

#include "base/text.h"
#include "codec/utf8.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

// Limits of Swift.
constexpr std::size_t kContainerBytes = 256;
constexpr std::size_t kObjectBytes = 1024;

bool is_control(char32_t rune) { return rune < 0x20 || (rune >= 0x7F && rune < 0xA0); }

bool is_readable(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = codec::decode_utf8(text, at);
    if (!rune.valid || is_control(rune.value)) return false;
    at += rune.bytes;
  }
  return true;
}

// The name itself may be what makes a terminal or a log misbehave.
std::unexpected<base::Error> refused(std::string_view what, std::string_view name,
                                     std::string_view expectation) {
  const auto shown = is_readable(name) ? std::string(name.substr(0, kObjectBytes)) : "(unreadable)";
  return base::fail(ErrorKind::invalid, std::string(what) + " name \"" + shown + "\": expected " +
                                            std::string(expectation));
}

}  // namespace

Result<void> check_container_name(std::string_view name) {
  constexpr std::string_view kWhat = "container";
  if (name.empty() || name.size() > kContainerBytes) return refused(kWhat, name, "1 to 256 bytes");
  if (!is_readable(name)) return refused(kWhat, name, "UTF-8 without control characters");
  if (name.contains('/') || name == "." || name == "..")
    return refused(kWhat, name, "no slash, and neither . nor ..");
  return {};
}

Result<void> check_object_name(std::string_view name) {
  constexpr std::string_view kWhat = "object";
  if (name.empty() || name.size() > kObjectBytes) return refused(kWhat, name, "1 to 1024 bytes");
  if (!is_readable(name)) return refused(kWhat, name, "UTF-8 without control characters");
  for (const auto part : base::split(name, '/'))
    if (part.empty() || part == "." || part == "..")
      return refused(kWhat, name, "no empty, . or .. part between slashes");
  return {};
}

}  // namespace sluice::results
