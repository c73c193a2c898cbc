// Any bytes as a hint file: every line is a hint, a message or nothing; what was parsed is settled,
// printed and found again by its own text.
#include <cstdint>
#include <memory>

#include "base/check.h"
#include "migrate/hint_parser.h"
#include "support/archive_builder.h"

namespace {

using namespace sluice;

const deb::Snapshot& snapshot() {
  static const auto made = support::archive({"amd64", "arm64"})
                               .testing()
                               .package("foo", "1")
                               .unstable()
                               .package("foo", "2")
                               .tpu()
                               .package("foo", "1+squeeze1")
                               .build();
  return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::migrate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Settings settings;
  settings.check_buildd = true;
  HintPermissions permissions;
  permissions.all = true;
  auto content = parse_hints(text, "fuzz", "fuzz", permissions, known_hints(settings), snapshot());
  HintSet hints;
  for (auto& hint : content.hints) {
    base::check(!hint.items.empty(), "a hint has items");
    for (const auto& item : hint.items) {
      base::check(!item.package.empty(), "an item has a package");
      base::check(item.suite < snapshot().suites.size(), "an item has a suite");
      base::check(!item.uvname(snapshot()).empty(), "an item has a name");
    }
    hints.add(std::move(hint));
  }
  (void)hints.settle_duplicates();  // warnings are for people
  for (const auto& hint : hints.all()) {
    const auto found = hints.of_package(hint.type, hint.items.front().package);
    base::check(hint.active == (std::ranges::find(found, &hint) != found.end()),
                "exactly active hints are found");
  }
  return 0;
}
