#include "migrate/item.h"

#include <algorithm>
#include <utility>

namespace sluice::migrate {
namespace {

// Items of additional suites carry the suite's short name: "foo_tpu" (migration 4.1).
std::string_view suffix_of(SuiteIndex suite, const deb::Snapshot& snapshot) {
  if (suite >= snapshot.suites.size()) return "";
  const auto& found = snapshot.suites[suite];
  if (found.suite_class != deb::SuiteClass::additional) return "";
  return found.short_name;
}

// [-]package[/arch][/version][_suite]; an empty architecture or version is left out.
std::string assemble(bool removal, std::string_view package, std::string_view arch,
                     std::string_view version, std::string_view suffix) {
  std::string out(removal ? "-" : "");
  out += package;
  if (!arch.empty()) (out += '/') += arch;
  if (!version.empty()) (out += '/') += version;
  if (!suffix.empty()) (out += '_') += suffix;
  return out;
}

std::string_view arch_part(const Item& item, const deb::Snapshot& snapshot) {
  return item.has_arch() ? snapshot.arch_name(item.arch) : std::string_view();
}

std::string_view arch_part(const ItemName& name) {
  return name.architecture == "source" ? std::string_view() : name.architecture;
}

std::string_view suffix_of(const ItemName& name, const deb::Snapshot& snapshot) {
  return name.removal ? std::string_view() : suffix_of(name.suite, snapshot);
}

std::string_view suffix_of(const Item& item, const deb::Snapshot& snapshot) {
  return item.is_removal() ? std::string_view() : suffix_of(item.suite, snapshot);
}

}  // namespace

std::string uvname(const Item& item, const deb::Snapshot& snapshot) {
  return assemble(item.is_removal(), snapshot.text(item.package), arch_part(item, snapshot), "",
                  suffix_of(item, snapshot));
}

std::vector<Item> sorted_by_uvname(std::span<const Item> items, const deb::Snapshot& snapshot) {
  std::vector<std::pair<std::string, Item>> keyed;
  keyed.reserve(items.size());
  for (const auto& item : items) keyed.emplace_back(uvname(item, snapshot), item);
  std::ranges::stable_sort(keyed, {}, [](const auto& pair) -> const auto& { return pair.first; });
  std::vector<Item> sorted;
  sorted.reserve(items.size());
  for (const auto& [name, item] : keyed) sorted.push_back(item);
  return sorted;
}

std::string name_of(const Item& item, const deb::Snapshot& snapshot) {
  return assemble(item.is_removal(), snapshot.text(item.package), arch_part(item, snapshot),
                  snapshot.text(item.version), suffix_of(item, snapshot));
}

std::string_view arch_text(const Item& item, const deb::Snapshot& snapshot) {
  return item.has_arch() ? snapshot.arch_name(item.arch) : std::string_view("source");
}

std::string ItemName::uvname(const deb::Snapshot& snapshot) const {
  return assemble(removal, package, arch_part(*this), "", suffix_of(*this, snapshot));
}

std::string ItemName::text(const deb::Snapshot& snapshot) const {
  return assemble(removal, package, arch_part(*this), version, suffix_of(*this, snapshot));
}

// Compares the parts instead of the assembled names: called for every pair of hint item and
// candidate.
bool matches(const ItemName& name, const Item& item, const deb::Snapshot& snapshot) {
  if (name.removal != item.is_removal() || name.package != snapshot.text(item.package))
    return false;
  if (arch_part(name) != arch_part(item, snapshot)) return false;
  if (suffix_of(name, snapshot) != suffix_of(item, snapshot)) return false;
  return name.version.empty() || !item.version.valid() ||
         name.version == snapshot.text(item.version);
}

std::optional<Item> find_item(const ItemName& name, const deb::Snapshot& snapshot) {
  Item item;
  item.package = snapshot.symbols.find_name(name.package);
  item.suite = name.removal ? deb::kTarget : name.suite;
  const auto arch = snapshot.find_arch(name.architecture);
  const auto& suite = snapshot.suites[item.suite];
  if (name.architecture != "source" && !arch) return std::nullopt;
  if (arch && name.removal) {
    const auto binary = suite.binary(*arch, item.package);
    if (!binary.valid()) return std::nullopt;
    item.version = snapshot.record(*arch, binary).version;
    item.kind = ItemKind::cruft_removal;
  } else {
    const auto* source = suite.source(item.package);
    if (source == nullptr) return std::nullopt;
    item.version = source->version;
    item.kind = arch ? ItemKind::binaries : ItemKind::source;
    if (name.removal) item.kind = ItemKind::source_removal;
  }
  item.arch = arch.value_or(0);
  if (!name.version.empty() && name.version != snapshot.text(item.version)) return std::nullopt;
  return item;
}

}  // namespace sluice::migrate
