// Leaf: one fact that keeps an item from migrating and that is nobody else's consequence, in plain
// words: what it is, whose turn it is, since when, what ends it. Made from the findings of an
// excuse; what an item says about other items is no leaf. Source: migration 4; testgrid 5.4.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "migrate/excuse.h"
#include "migrate/judge.h"
#include "migrate/why_leaves.h"

namespace sluice::migrate {

// Whose turn it is.
enum class Turn : std::uint8_t {
  nobody,  // it goes at the next run
  time,
  maintainer,  // Leaf::who
  release_team,
  builders,
  archive_admins,
  test_admins,
};
std::string_view text_of(Turn turn);  // "release-team"

struct Leaf {
  std::string item;  // uvname of the item that it holds
  std::string key;   // "age", "rc-bugs", "missingbuild", ...: a reason key or a policy's id
  Cost cost = Cost::fix_package;
  Turn turn = Turn::maintainer;
  std::string who;     // a person or an account; "" unknown
  std::string what;    // a clause without full stop and without markup
  std::string action;  // what one can do; never empty
  std::string link;    // evidence; "" none
  std::vector<std::string> archs = {};
  std::optional<base::Instant> since = {}, until = {};
};

// What leaves need beside the world.
struct LeafFacts {
  const AgeFacts::Dates& first_seen;  // of the judgement
  base::Instant now;
};

// The leaves of a rejected excuse, in the order of its findings; never its dependencies, neither on
// items nor unsatisfiable ones: both take more than the excuse to follow. A rejection that no
// finding explains becomes a leaf named after its policy, unless the excuse waits for another item.
std::vector<Leaf> own_leaves(const Excuse& excuse, const World& world, const LeafFacts& facts);

// The statement says that the item waits for others (which are found elsewhere).
bool is_about_others(FindingKind kind);

// A sentence of the peers without its markup.
std::string without_markup(std::string_view html);

}  // namespace sluice::migrate
