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

// testgrid 1.3, 1.4
TEST_CASE("job json: how far a run came is read back, and who does not tell it is understood") {
  auto end = kBootFailure;
  end.proof.phase = RunPhase::boot;
  end.proof.rule = "dns";
  end.proof.evidence = {{EvidenceKind::exit_code, EvidenceSource::tool, EvidenceWeight::decides,
                         "16", std::chrono::seconds(5)}};
  CHECK(*parse_attempt_end(value_of(end)) == end);
  auto wrong = value_of(end);
  std::get<codec::Map>(wrong).insert_or_assign("phase", "begun");
  CHECK(parse_attempt_end(wrong).error().text() == "\"phase\": expected one of the known words");

  const auto lost = parse_job_event("lease_expired", value_of(LeaseExpired{4, RunPhase::setup}));
  CHECK(std::get<LeaseExpired>(*lost).epoch == 4);
  CHECK(std::get<LeaseExpired>(*lost).phase == RunPhase::setup);
  const auto old = parse_job_event("lease_expired", codec::Map{});
  CHECK_FALSE(std::get<LeaseExpired>(*old).phase);
  const auto back = parse_job_event("given_back", value_of(GivenBack{4, "w", RunPhase::boot}));
  CHECK(std::get<GivenBack>(*back).phase == RunPhase::boot);
  CHECK_FALSE(parse_job_event("given_back", codec::Map{{"epoch", 4}}));
}

}  // namespace sluice::adt
