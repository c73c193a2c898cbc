// Item: the unit of migration, and its names. Source: migration 4.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "deb/snapshot.h"

namespace sluice::migrate {

using deb::ArchIndex;
using deb::NameId;
using deb::SuiteIndex;
using deb::VersionId;

enum class ItemKind : std::uint8_t {
  source,          // foo/1.2            a source with all its binaries
  binaries,        // foo/amd64/1.2      one architecture's binaries of an unchanged source
  source_removal,  // -foo/1.1
  cruft_removal,   // -libfoo1/amd64/1.1 one binary; `package` and `version` are the binary's
};

struct Item {
  ItemKind kind = ItemKind::source;
  NameId package;
  VersionId version;
  SuiteIndex suite = deb::kTarget;  // where it comes from; the target for removals
  ArchIndex arch = 0;               // of binaries and cruft_removal

  bool is_removal() const {
    return kind == ItemKind::source_removal || kind == ItemKind::cruft_removal;
  }
  bool has_arch() const { return kind == ItemKind::binaries || kind == ItemKind::cruft_removal; }
  friend bool operator==(const Item&, const Item&) = default;
};

// "foo", "foo/amd64", "-foo", "foo_tpu": without version.
std::string uvname(const Item& item, const deb::Snapshot& snapshot);
// By uvname; items of one name stay in their order.
std::vector<Item> sorted_by_uvname(std::span<const Item> items, const deb::Snapshot& snapshot);
// "foo/1.2", "foo/amd64/1.2", ...
std::string name_of(const Item& item, const deb::Snapshot& snapshot);
// "source" or the architecture's name.
std::string_view arch_text(const Item& item, const deb::Snapshot& snapshot);

// The item as a hint names it: text, because people name packages that exist nowhere.
struct ItemName {
  std::string package;
  std::string version;  // empty: none given
  std::string architecture = "source";
  SuiteIndex suite = 0;  // kTarget for removals
  bool removal = false;

  std::string uvname(const deb::Snapshot& snapshot) const;
  std::string text(const deb::Snapshot& snapshot) const;  // with version if there is one
  friend bool operator==(const ItemName&, const ItemName&) = default;
};

// True if `name` means this item: same uvname and, if both have one, the same version.
bool matches(const ItemName& name, const Item& item, const deb::Snapshot& snapshot);

// The item of the suites that `name` means; nothing if its suite has no such package or version.
std::optional<Item> find_item(const ItemName& name, const deb::Snapshot& snapshot);

}  // namespace sluice::migrate
