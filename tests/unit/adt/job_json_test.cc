#include "adt/job_json.h"

#include <doctest/doctest.h>

#include "codec/json.h"

namespace sluice::adt {
namespace {

const AttemptEnd kBootFailure{Outcome::infra_boot, Blame::worker,           "why",      16,
                              "foo unknown",       std::chrono::seconds(5), {"c", "d"}, "e"};

}  // namespace

// testgrid 1.5
TEST_CASE("job json: every event is read back as it was") {
  const base::Instant at = base::instant_of_seconds(5);
  const HoldReason reason{HoldKind::service_down, "dns", at, at, "DNS is down"};
  const std::vector<JobEvent> events = {Resolved{},
                                        ExcludedBy{"r"},
                                        HoldAdded{reason},
                                        HoldDropped{HoldKind::parked, "x"},
                                        Leased{"w"},
                                        TestBegan{3},
                                        CollectBegan{3},
                                        AttemptEnded{3, kBootFailure},
                                        LeaseExpired{},
                                        GivenBack{3, "w"},
                                        CancelAsked{"c"},
                                        SupersededBy{"s"},
                                        HoldDeadline{},
                                        DeadlineMoved{at},
                                        RetryAsked{"r"},
                                        Revived{"v"},
                                        ClassRaised{JobClass::security}};
  REQUIRE(events.size() == std::variant_size_v<JobEvent>);
  for (const auto& event : events) {
    const auto text = codec::to_json(value_of(event), codec::JsonStyle::compact);
    const auto back = parse_job_event(text_of(event), *codec::parse_json(text));
    REQUIRE_MESSAGE(back, text);
    CHECK(back->index() == event.index());
    CHECK(codec::to_json(value_of(*back), codec::JsonStyle::compact) == text);
  }
}

// testgrid 1.4
TEST_CASE("job json: an end is read back, and what is wrong is named") {
  CHECK(*parse_attempt_end(value_of(kBootFailure)) == kBootFailure);
  auto suspect = kBootFailure;
  suspect.suspicion = "suspect-dns";
  suspect.run_again = true;
  CHECK(*parse_attempt_end(value_of(suspect)) == suspect);
  auto wrong = value_of(suspect);
  std::get<codec::Map>(wrong).insert_or_assign("run_again", "yes");
  CHECK(parse_attempt_end(wrong).error().what == "\"run_again\": expected true or false");
  wrong = value_of(suspect);
  std::get<codec::Map>(wrong).insert_or_assign("exit_code", std::int64_t{1} << 32);
  CHECK(parse_attempt_end(wrong).error().what ==
        "\"exit_code\": expected a number of fewer digits");
  const struct {
    const char* json;
    const char* error;
  } cases[] = {{"{}", "\"outcome\": expected a text"},
               {"{\"outcome\": \"BAD\"}", "\"outcome\": expected one of the known words"},
               {"{\"outcome\": 7}", "\"outcome\": expected a text"},
               {"[]", "\"outcome\": expected a text"}};
  for (const auto& c : cases)
    CHECK(parse_attempt_end(*codec::parse_json(c.json)).error().what == c.error);
  CHECK_FALSE(parse_job_event("leased", codec::Map{}));
  CHECK_FALSE(parse_job_event("unknown", codec::Map{}));
  CHECK_FALSE(parse_job_event("attempt_ended", codec::Map{{"epoch", 1}}));
}

}  // namespace sluice::adt
