// Any bytes as a relation field and as a build relation field: parsed or malformed clause by
// clause; what was parsed is printed and read back equal. Source: migration 3.3.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "deb/build_relation.h"
#include "deb/relation.h"

namespace {

using namespace sluice;

void read_field(std::string_view field) {
  deb::Symbols symbols;
  deb::RelationTable table;
  std::vector<deb::ClauseId> clauses;
  table.parse_field(field, symbols, clauses);
  for (const auto clause : clauses) {
    if (table.malformed(clause)) continue;
    const auto atoms = table.atoms(clause);
    const auto again = deb::parse_clause(deb::text_of(atoms, symbols), symbols);
    base::check(again.has_value(), "what was printed can be read");
    base::check(std::ranges::equal(*again, atoms), "what was printed is read back equal");
  }
}

void read_build_field(std::string_view field) {
  for (const auto& clause : deb::parse_build_relations(field)) {
    const auto alone = deb::parse_build_clause(clause.text);
    base::check(alone.has_value() == !clause.atoms.empty(), "a clause reads the same alone");
    for (const auto& atom : clause.atoms) (void)deb::applies(atom, "amd64");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_field(text);
  read_build_field(text);
  return 0;
}
