#include "migrate/item.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;
using namespace sluice::migrate;

namespace {

auto small_archive() {
  return support::archive()
      .testing()
      .source("foo", "1.1")
      .binary("libfoo1", "amd64", "1.1")
      .unstable()
      .source("foo", "1.2")
      .binary("libfoo1", "amd64", "1.2")
      .tpu()
      .source("foo", "1.3")
      .binary("libfoo1", "amd64", "1.3")
      .build();
}

Item made_item(const deb::Snapshot& snapshot, ItemKind kind, std::string_view name,
               std::string_view version, SuiteIndex suite) {
  return {kind, snapshot.symbols.find_name(name), snapshot.symbols.find_version(version), suite,
          ArchIndex(0)};
}

constexpr SuiteIndex kItemUnstable = 1, kItemTpu = 2;

}  // namespace

// migration 4.1
TEST_CASE("item: each kind has its two names") {
  const auto snapshot = small_archive();
  struct Row {
    const char* name;
    Item item;
    const char* uvname;
    const char* full;
    const char* arch;
  };
  const Row rows[] = {
      {"source", made_item(*snapshot, ItemKind::source, "foo", "1.2", kItemUnstable), "foo",
       "foo/1.2", "source"},
      {"source of tpu", made_item(*snapshot, ItemKind::source, "foo", "1.3", kItemTpu), "foo_tpu",
       "foo/1.3_tpu", "source"},
      {"binaries", made_item(*snapshot, ItemKind::binaries, "foo", "1.2", kItemUnstable),
       "foo/amd64", "foo/amd64/1.2", "amd64"},
      {"binaries of tpu", made_item(*snapshot, ItemKind::binaries, "foo", "1.3", kItemTpu),
       "foo/amd64_tpu", "foo/amd64/1.3_tpu", "amd64"},
      {"removal", made_item(*snapshot, ItemKind::source_removal, "foo", "1.1", deb::kTarget),
       "-foo", "-foo/1.1", "source"},
      {"cruft removal",
       made_item(*snapshot, ItemKind::cruft_removal, "libfoo1", "1.1", deb::kTarget),
       "-libfoo1/amd64", "-libfoo1/amd64/1.1", "amd64"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(uvname(row.item, *snapshot) == row.uvname);
    CHECK(name_of(row.item, *snapshot) == row.full);
    CHECK(arch_text(row.item, *snapshot) == row.arch);
  }
}

// migration 4.1
TEST_CASE("item: a name matches with the same version or without one") {
  const auto snapshot = small_archive();
  const auto source = made_item(*snapshot, ItemKind::source, "foo", "1.2", kItemUnstable);
  CHECK(matches({"foo", "1.2", "source", kItemUnstable, false}, source, *snapshot));
  CHECK(matches({"foo", "", "source", kItemUnstable, false}, source, *snapshot));
  CHECK_FALSE(matches({"foo", "1.20", "source", kItemUnstable, false}, source, *snapshot));
}

// migration 4.1
TEST_CASE("item: a name of another kind, suite or package does not match") {
  const auto snapshot = small_archive();
  const auto source = made_item(*snapshot, ItemKind::source, "foo", "1.2", kItemUnstable);
  CHECK_FALSE(matches({"bar", "1.2", "source", kItemUnstable, false}, source, *snapshot));
  CHECK_FALSE(matches({"foo", "1.2", "amd64", kItemUnstable, false}, source, *snapshot));
  CHECK_FALSE(matches({"foo", "1.2", "source", kItemTpu, false}, source, *snapshot));
  CHECK_FALSE(matches({"foo", "1.2", "source", deb::kTarget, true}, source, *snapshot));
}

// migration 4.1
TEST_CASE("item name: written as the item would be, version only if there is one") {
  const auto snapshot = small_archive();
  const ItemName tpu{"foo", "1.3", "amd64", kItemTpu, false};
  CHECK(tpu.uvname(*snapshot) == "foo/amd64_tpu");
  CHECK(tpu.text(*snapshot) == "foo/amd64/1.3_tpu");
  const ItemName removal{"foo", "", "source", deb::kTarget, true};
  CHECK(removal.text(*snapshot) == "-foo");
}

TEST_CASE("item name: a suite that does not exist has no suffix") {
  const auto snapshot = small_archive();
  CHECK(ItemName{"foo", "1", "source", 9, false}.uvname(*snapshot) == "foo");
}
