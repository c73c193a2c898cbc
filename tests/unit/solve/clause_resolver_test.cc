// covers: resolved_clauses.cc alternatives.cc rows.h
#include "solve/clause_resolver.h"

#include <doctest/doctest.h>

#include "support/random_shelf.h"
#include "support/rounds.h"

using namespace sluice;
using Shelf = support::RandomShelf;

namespace {

std::string text_of(const solve::ResolvedClauses& clauses) { return solve::bytes_of({{clauses}}); }

}  // namespace

// migration 9, 5.2
TEST_CASE("clause resolver: what is taken over from another snapshot changes nothing") {
  std::size_t kept = 0, resolved = 0;
  for (unsigned seed = 1; seed <= test::rounds(40U); ++seed) {
    CAPTURE(seed);
    Shelf shelf(seed);
    auto snapshot = shelf.build("");
    const auto memory = shelf.remembered;
    auto before = solve::resolve_clauses(*snapshot, solve::Alternatives(*snapshot, 0), {});
    CHECK(before.kept == 0);
    for (int step = 0; step < 12; ++step) {
      shelf.change();
      const auto next = shelf.build(memory);
      const solve::Alternatives alternatives(*next, 0);
      auto again = solve::resolve_clauses(*next, alternatives, before);
      REQUIRE(text_of(again) == text_of(solve::resolve_clauses(*next, alternatives, {})));
      kept += again.kept;
      resolved += again.size() - again.kept;
      if (shelf.pick(3) != 0) before = std::move(again);
      if (shelf.pick(4) == 0)
        before = solve::parse_resolved_clauses(text_of(before)).value().front();
    }
  }
  CHECK(kept > resolved);
  CHECK(resolved > 0);
}

// migration 9
TEST_CASE("clause resolver: nothing is taken over from a snapshot of another origin") {
  Shelf shelf(1);
  const auto first = shelf.build("");
  const auto before = solve::resolve_clauses(*first, solve::Alternatives(*first, 0), {});
  shelf.change();
  const auto second = shelf.build("");  // made another memory
  const solve::Alternatives alternatives(*second, 0);
  const auto again = solve::resolve_clauses(*second, alternatives, before);
  CHECK(again.kept == 0);
  CHECK(text_of(again) == text_of(solve::resolve_clauses(*second, alternatives, {})));
}

TEST_CASE("clause resolver: two sets with the same members are one") {
  solve::ResolvedClauses clauses;
  solve::SetTable sets(clauses);
  std::vector<solve::PackageIndex> first{solve::PackageIndex(3U), solve::PackageIndex(1U)};
  std::vector<solve::PackageIndex> second{solve::PackageIndex(1U), solve::PackageIndex(3U),
                                          solve::PackageIndex(3U)};
  std::vector<solve::PackageIndex> third{solve::PackageIndex(1U)};
  CHECK(sets.intern(first) == sets.intern(second));
  CHECK(sets.intern(first) != sets.intern(third));
  CHECK(clauses.set_count() == 2);
}

TEST_CASE("resolved clauses: nothing damaged is believed, and what is whole is read back") {
  Shelf shelf(3);
  const auto snapshot = shelf.build("");
  const auto clauses = solve::resolve_clauses(*snapshot, solve::Alternatives(*snapshot, 0), {});
  const auto bytes = solve::bytes_of(std::vector{clauses, clauses});
  const auto read = solve::parse_resolved_clauses(bytes);
  REQUIRE(read);
  CHECK(read->size() == 2);
  CHECK(solve::bytes_of(*read) == bytes);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    auto bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK_FALSE(solve::parse_resolved_clauses(bad));
    CHECK_FALSE(solve::parse_resolved_clauses(bytes.substr(0, at)));
  }
}

TEST_CASE("resolved clauses: numbers that point nowhere are refused, under a right digest too") {
  solve::ResolvedClauses sound;
  sound.records = {deb::RecordIndex(0U), deb::RecordIndex(1U)};
  sound.depends = {{solve::SetIndex(0U), 0, 0}};
  sound.depends_begin = {0, 1, 1};
  sound.members = {solve::PackageIndex(0U), solve::PackageIndex(1U)};
  sound.member_begin = {0, 2};
  sound.excluded = {solve::PackageIndex(0U)};
  sound.excluded_begin = {0, 0, 1};
  sound.witnesses = {solve::PackageIndex(1U)};
  sound.witness_begin = {0, 1};
  CHECK(solve::parse_resolved_clauses(text_of(sound)));
  const auto refused = [&](auto&& spoil) {
    auto bad = sound;
    spoil(bad);
    return !solve::parse_resolved_clauses(text_of(bad)).has_value();
  };
  CHECK(refused([](auto& bad) { bad.depends.front().set = solve::SetIndex(1U); }));
  CHECK(refused([](auto& bad) { bad.members.back() = solve::PackageIndex(2U); }));
  CHECK(refused([](auto& bad) { bad.members.back() = solve::PackageIndex(0U); }));
  CHECK(refused([](auto& bad) { bad.depends_begin = {0, 2, 1}; }));
  CHECK(refused([](auto& bad) { bad.depends_begin = {0, 1}; }));
  CHECK(refused([](auto& bad) { bad.member_begin = {0, 1}; }));
  CHECK(refused([](auto& bad) { bad.member_begin.clear(); }));
  CHECK(refused([](auto& bad) { bad.excluded.back() = solve::PackageIndex(2U); }));
  CHECK(refused([](auto& bad) { bad.excluded_begin = {0, 1}; }));
  CHECK(refused([](auto& bad) { bad.excluded_begin = {0, 1, 0}; }));
  CHECK(refused([](auto& bad) { bad.witnesses.back() = solve::PackageIndex(2U); }));
  CHECK(refused([](auto& bad) { bad.witness_begin = {0, 2}; }));
}
