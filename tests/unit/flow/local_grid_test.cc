#include "flow/local_grid.h"

#include <doctest/doctest.h>

#include <future>
#include <string>

#include "store/job_rows.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"

namespace sluice::flow {
namespace {

using queue::SendState;

adt::TestRequest request_for(std::string source, std::string queue = "debci-noble-amd64") {
  return {std::move(queue), std::move(source), "amd64", {"glibc/2.40-1"}, {}, ""};
}

struct LocalGridWorld {
  LocalGridWorld() { keeper->start(); }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
};

}  // namespace

// migration 4.6.6
TEST_CASE("local grid: requests become jobs, once, and are found again") {
  LocalGridWorld w;
  LocalRequestQueue queue(*w.keeper);
  const std::vector requests{request_for("foo"), request_for("bar", "nonsense"),
                             request_for("foo")};
  const auto sent = queue.publish(requests);
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].state == SendState::confirmed);
  CHECK(sent[1].state == SendState::not_sent);
  CHECK(sent[1].why.find("debci-[CONTEXT-]") != std::string::npos);
  CHECK(sent[2].state == SendState::confirmed);
  const std::vector asked{request_for("foo"), request_for("baz")};
  CHECK(queue.look_for(asked).value() == std::vector{SendState::confirmed, SendState::not_sent});
}

// testgrid 6.5
TEST_CASE("local grid: how urgent the gate's requests are") {
  const auto class_of = [](adt::TestRequest request) {
    return submission_of(request).value().job_class;
  };
  CHECK(class_of(request_for("foo")) == adt::JobClass::rdeps_small);
  CHECK(class_of(request_for("glibc")) == adt::JobClass::own_tests);
  CHECK(class_of(request_for("foo", "debci-huge-noble-amd64")) == adt::JobClass::rdeps_huge);
  auto baseline = request_for("foo");
  baseline.triggers = {"migration-reference/0"};
  CHECK(class_of(baseline) == adt::JobClass::reference);
}

// migration 4.6.2
TEST_CASE("local grid: results of our own runs are the gate's news") {
  LocalGridWorld w;
  LocalRequestQueue queue(*w.keeper);
  const std::vector requests{request_for("foo")};
  (void)queue.publish(requests);
  std::promise<void> done;
  w.keeper->post([&](JobDesk& desk, base::Instant now) -> Keeper::After {
    const auto lease = desk.lease({"h-1", {{"", "noble", "amd64"}}, {}}, now).value();
    const auto place =
        adt::place_of(lease->request, lease->queue, "20260102_030405_abcde@", adt::RunKind::result);
    auto end = test::attempt_end(adt::Outcome::fail, place.directory);
    end.exit_code = 4;
    CHECK(desk.finish({lease->job, 1, "h-1"}, end, now));
    return [&](const base::Result<void>&) { done.set_value(); };
  });
  done.get_future().get();
  LocalResults results(*w.keeper, runs_of_gate("noble", {}));
  const auto news = results.news_of("foo", "amd64", "").value();
  REQUIRE(news.size() == 1);
  CHECK(news[0].triggers == std::vector<std::string>{"glibc/2.40-1"});
  CHECK(news[0].result.code == adt::ResultCode::fail);
  CHECK(news[0].result.version == "1");
  CHECK(news[0].result.seen == 1'767'323'045);
  CHECK(results.news_of("foo", "amd64", "20260102_030405_abcde@").value().empty());
  CHECK(results.news_of("foo", "arm64", "").value().empty());
}

// migration 4.6.2
TEST_CASE("local grid: with PPAs results are those of the last one's container") {
  const auto news = [](const std::vector<std::string>& ppas, const std::string& container) {
    store::RunRow run;
    run.place = {container, "noble/amd64/f/foo/20260102_030405_abcde@"};
    run.release = "noble";
    run.triggers = "glibc/2.40-1";
    return news_of_run(run, runs_of_gate("noble", ppas)).has_value();
  };
  const std::vector<std::string> none, two{"team/one", "team/two"}, secret{"u:token@team/two"};
  CHECK(news(two, "autopkgtest-noble-team-two"));
  CHECK_FALSE(news(two, "autopkgtest-noble-team-one"));
  CHECK_FALSE(news(two, "autopkgtest-noble"));
  CHECK_FALSE(news(none, "autopkgtest-noble-team-two"));
  CHECK(news(none, "autopkgtest-noble"));
  CHECK(news(secret, "private-autopkgtest-noble-team-two"));
  CHECK_FALSE(news(secret, "autopkgtest-noble-team-two"));
}

}  // namespace sluice::flow
