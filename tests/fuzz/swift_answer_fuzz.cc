// Answers of a Swift store: listings, and tokens with their catalogue. A listing that is read can
// be written and read again.
#include <cstdint>

#include "base/check.h"
#include "results/swift_access.h"
#include "results/swift_listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto names = results::parse_container_listing(text))
    base::check(
        results::parse_container_listing(results::render_container_listing(*names)) == *names,
        "names that were read can be written");
  if (const auto entries = results::parse_object_listing(text))
    base::check(results::parse_object_listing(results::render_object_listing(*entries)) == *entries,
                "entries that were read can be written");
  (void)results::parse_session(
      {.auth = results::SwiftAuth::v3},
      {.status = 201, .body = text, .headers = {{"X-Subject-Token", "t"}}});
  return 0;
}
