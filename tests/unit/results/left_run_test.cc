#include "results/left_run.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/digest.h"
#include "results/bundle.h"
#include "support/jobs.h"
#include "support/memory_result_store.h"

namespace sluice::results {
namespace {

using adt::Outcome;
using base::ErrorKind;

// A run of the second lease of job 17, as its worker stored it and told nobody.
struct LeftScene {
  LeftScene() {
    facts.request = lease.request;
    facts.exit_code = 4;
    facts.outcome = Outcome::fail;
    facts.blame = adt::Blame::trigger;
    facts.detail = "1 of 2 tests failed: smoke";
    facts.proof.phase = adt::RunPhase::test_end;
    facts.duration = std::chrono::seconds(42);
    facts.end = test::kNow + std::chrono::minutes(5);
    facts.worker = lease.worker;
    facts.lease = lease_name(lease.job, lease.epoch);
  }

  Bundle bundle() const {
    return make_bundle({{"log", "log\n"}, {"testpkg-version", "foo 1-1\n"}}, facts);
  }
  adt::RunPlace place(std::int64_t epoch = 2) const {
    const auto id =
        adt::make_run_id(facts.end, adt::request_key(lease.request, lease.queue), epoch);
    return adt::place_of(lease.request, lease.queue, id, adt::RunKind::result);
  }
  // All objects of the run, or the first ones alone.
  void put(std::size_t objects = 3, std::int64_t epoch = 2) {
    const auto at = place(epoch);
    REQUIRE(store.ensure_container(at.container, {}));
    const auto all = bundle();
    for (std::size_t i = 0; i < objects; ++i) {
      const auto& [name, object] = all.objects.at(i);
      REQUIRE(store.put(at.container, at.directory + "/" + name, object));
    }
  }
  LeftRun find() { return find_left_run(store, lease).value(); }
  // Why a result.tar of these facts is not that of the lease.
  std::string refusal() const {
    const auto end = parse_left_run(bundle().objects.back().object.bytes, lease, place());
    return end ? "" : end.error().text();
  }

  LeftLease lease{17,        2, "host-1", {"", "noble", "amd64"}, test::job_for("foo").request,
                  test::kNow};
  RunFacts facts;
  test::MemoryResultStore store;
};

}  // namespace

// testgrid 1.4; autopkgtest 2.7
TEST_CASE("left run: a whole one is the end as its worker would have told it") {
  LeftScene s;
  s.put();

  const auto left = s.find();

  REQUIRE(left.end);
  CHECK(left.end->outcome == Outcome::fail);
  CHECK(left.end->blame == adt::Blame::trigger);
  CHECK(left.end->detail ==
        "1 of 2 tests failed: smoke; found in the store, its worker did not tell it");
  CHECK(left.end->exit_code == 4);
  CHECK(left.end->version == "foo 1-1");
  CHECK(left.end->duration == std::chrono::seconds(42));
  CHECK(left.end->place == s.place());
  CHECK(left.end->digest == s.bundle().digest);
  CHECK_FALSE(left.end->run_again);
  CHECK(left.end->proof.phase == adt::RunPhase::test_end);
  CHECK(left.end->proof.evidence.back().source == adt::EvidenceSource::store);
  CHECK(left.passed_over.empty());
}

// testgrid 1.4
TEST_CASE("left run: nothing there is no error, whether the container is or not") {
  LeftScene s;
  CHECK_FALSE(s.find().end);
  REQUIRE(s.store.ensure_container("autopkgtest-noble", {}));
  CHECK_FALSE(s.find().end);
  CHECK(s.find().passed_over.empty());
}

// autopkgtest 2.7
TEST_CASE("left run: one without result.tar is none, and stays as it is") {
  LeftScene s;
  s.put(2);

  const auto left = s.find();

  CHECK_FALSE(left.end);
  REQUIRE(left.passed_over.size() == 1);
  CHECK(left.passed_over[0].contains(s.place().directory));
  CHECK(s.store.head("autopkgtest-noble", s.place().directory + "/log.gz"));
}

// testgrid 1.4
TEST_CASE("left run: a damaged result.tar is none") {
  LeftScene s;
  s.put(2);
  Object object;
  object.bytes = s.bundle().objects.back().object.bytes.substr(0, 700);
  REQUIRE(s.store.put("autopkgtest-noble", s.place().directory + "/result.tar", object));

  const auto left = s.find();

  CHECK_FALSE(left.end);
  CHECK(left.passed_over.size() == 1);
}

// testgrid 1.4
TEST_CASE("left run: runs of other attempts and of long before are not looked at") {
  LeftScene s;
  s.put(3, 1);
  CHECK_FALSE(s.find().end);
  s.facts.end -= std::chrono::hours(48);
  s.put();
  const auto calls = s.store.calls();
  CHECK_FALSE(s.find().end);
  CHECK(s.find().passed_over.empty());
  CHECK(s.store.calls() == calls + 2);  // two listings
}

// testgrid 1.4: of several the first that is whole
TEST_CASE("left run: a bad one does not hide a good one") {
  LeftScene s;
  s.put(1);
  s.facts.end += std::chrono::minutes(1);
  s.put();

  const auto left = s.find();

  REQUIRE(left.end);
  CHECK(left.end->place == s.place());
  CHECK(left.passed_over.size() == 1);
}

// testgrid 1.4, 7.3
TEST_CASE("left run: what says that it is another's does not count") {
  LeftScene s;
  CHECK(s.refusal().empty());
  SUBCASE("another lease of the job") { s.facts.lease = lease_name(17, 1); }
  SUBCASE("another job") { s.facts.lease = lease_name(18, 2); }
  SUBCASE("no lease, as of older workers and of foreign ones") { s.facts.lease = ""; }
  SUBCASE("another worker") { s.facts.worker = "host-2"; }
  SUBCASE("other triggers") { s.facts.request.triggers = {"zlib/1"}; }
  SUBCASE("no triggers") { s.facts.request.triggers.clear(); }
  SUBCASE("all of proposed") { s.facts.request.all_proposed = true; }
  SUBCASE("one test alone") { s.facts.request.testname = "smoke"; }
  CHECK_FALSE(s.refusal().empty());
}

// testgrid 1.3, 1.4: I1
TEST_CASE("left run: without proof that it ran, or without a verdict, it does not count") {
  LeftScene s;
  SUBCASE("it came less far") { s.facts.proof.phase = adt::RunPhase::setup; }
  SUBCASE("it does not say how far it came") { s.facts.proof.phase = std::nullopt; }
  SUBCASE("the exit code means something else") { s.facts.exit_code = 0; }
  SUBCASE("infrastructure") {
    s.facts.outcome = Outcome::infra_boot;
    s.facts.exit_code = 16;
  }
  SUBCASE("a suspicion of a pass") {
    s.facts.outcome = Outcome::pass;
    s.facts.exit_code = 0;
    s.facts.suspicion = "suspect-dns";
  }
  CHECK_FALSE(s.refusal().empty());
}

// testgrid 1.1 (EXCLUDED); autopkgtest 2.3
TEST_CASE("left run: an answer without a run counts as any other") {
  LeftScene s;
  s.facts.outcome = Outcome::excluded;
  s.facts.exit_code = 99;
  s.facts.proof.phase = adt::RunPhase::prepare;
  CHECK(s.refusal().empty());
}

// testgrid 1.4
TEST_CASE("left run: a store that does not answer is an error, at each question") {
  LeftScene s;
  s.put();
  for (const int question : {1, 2}) {
    s.store.be_down_at(question);
    CHECK(find_left_run(s.store, s.lease).error().kind == ErrorKind::unavailable);
  }
  s.store.be_down_at(0);
  CHECK(s.find().end);
}

}  // namespace sluice::results
