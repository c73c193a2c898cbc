#include "adt/outcome.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace sluice::adt {

// testgrid 1.1
TEST_CASE("outcome: every code has a text of its own that is read back") {
  std::set<std::string_view> texts;
  for (int i = 0; i <= int(Outcome::aborted_infra); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    texts.insert(text_of(outcome));
    CHECK(parse_outcome(text_of(outcome)) == outcome);
  }
  CHECK(texts.size() == std::size_t(Outcome::aborted_infra) + 1);
  CHECK_FALSE(parse_outcome("pass"));
  CHECK_FALSE(parse_outcome(""));
}

// testgrid 1.1
TEST_CASE("outcome: four classes") {
  for (const auto o : {Outcome::pass, Outcome::fail_timeout, Outcome::neutral})
    CHECK((class_of(o) == OutcomeClass::ran && is_verdict(o)));
  for (const auto o : {Outcome::untestable_deps, Outcome::excluded})
    CHECK(class_of(o) == OutcomeClass::untestable);
  for (const auto o : {Outcome::infra_provision, Outcome::infra_timeout, Outcome::infra_unknown})
    CHECK((class_of(o) == OutcomeClass::infra && !is_verdict(o)));
  for (const auto o : {Outcome::cancelled, Outcome::aborted_infra})
    CHECK(class_of(o) == OutcomeClass::lifecycle);
}

// testgrid 1.1
TEST_CASE("outcome: only what ran can ever be a failed test") {
  for (int i = 0; i <= int(Outcome::aborted_infra); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (text_of(outcome).starts_with("FAIL")) CHECK(class_of(outcome) == OutcomeClass::ran);
    if (text_of(outcome).starts_with("INFRA")) CHECK(class_of(outcome) == OutcomeClass::infra);
  }
}

// autopkgtest 5.1
TEST_CASE("outcome: the words of the peers' pages") {
  const struct {
    Outcome outcome;
    const char* word;
  } cases[] = {{Outcome::pass, "pass"},
               {Outcome::pass_partial, "pass"},
               {Outcome::neutral, "neutral"},
               {Outcome::fail, "fail"},
               {Outcome::fail_timeout, "fail"},
               {Outcome::untestable_deps, "fail"},
               {Outcome::excluded, "denylisted"},
               {Outcome::infra_boot, "tmpfail"},
               {Outcome::infra_grid_bug, "error"},
               {Outcome::cancelled, ""}};
  for (const auto& c : cases) CHECK(page_word_of(c.outcome) == c.word);
}

// testgrid 1.1
TEST_CASE("outcome: blames are read back") {
  for (int i = 0; i <= int(Blame::unknown); ++i) {
    const auto blame = static_cast<Blame>(i);
    CHECK(parse_blame(text_of(blame)) == blame);
  }
  CHECK_FALSE(parse_blame("nobody"));
}

}  // namespace sluice::adt
