#include "migrate/verdict.h"

#include <doctest/doctest.h>

using namespace sluice::migrate;

// migration 4.2
TEST_CASE("verdict: words are the peers', from best to worst") {
  CHECK(text_of(Verdict::not_applicable) == "NOT_APPLICABLE");
  CHECK(text_of(Verdict::pass) == "PASS");
  CHECK(text_of(Verdict::pass_hinted) == "PASS_HINTED");
  CHECK(text_of(Verdict::rejected_temporarily) == "REJECTED_TEMPORARILY");
  CHECK(text_of(Verdict::rejected_waiting_for_another_item) == "REJECTED_WAITING_FOR_ANOTHER_ITEM");
  CHECK(text_of(Verdict::rejected_blocked_by_another_item) == "REJECTED_BLOCKED_BY_ANOTHER_ITEM");
  CHECK(text_of(Verdict::rejected_needs_approval) == "REJECTED_NEEDS_APPROVAL");
  CHECK(text_of(Verdict::rejected_cannot_determine_if_permanent) ==
        "REJECTED_CANNOT_DETERMINE_IF_PERMANENT");
  CHECK(text_of(Verdict::rejected_permanently) == "REJECTED_PERMANENTLY");
}

// migration 4.2
TEST_CASE("verdict: 3 to 8 are rejected, 5 to 8 are blocked") {
  CHECK_FALSE(is_rejected(Verdict::pass_hinted));
  CHECK(is_rejected(Verdict::rejected_temporarily));
  CHECK_FALSE(is_blocked(Verdict::rejected_waiting_for_another_item));
  CHECK(is_blocked(Verdict::rejected_blocked_by_another_item));
  CHECK(worst(Verdict::pass_hinted, Verdict::pass) == Verdict::pass_hinted);
}
