#include "adt/fair_order.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace sluice::adt {
namespace {

using namespace std::chrono_literals;

const QueueName kMain{"", "noble", "amd64"};
const QueueName kHuge{"huge", "noble", "amd64"};
const base::Instant kNow = base::instant_of_seconds(1'000'000);

bool any(std::int64_t) { return true; }

Waiting job(std::int64_t id, JobClass job_class, std::string flow) {
  return {id, kMain, job_class, std::move(flow), kNow + std::chrono::seconds(id), 600s};
}

// What take() answers until nothing is left.
std::vector<std::int64_t> drain(FairOrder& order, const FairOrder::May& may = any,
                                base::Instant now = kNow) {
  const std::vector queues{kMain, kHuge};
  std::vector<std::int64_t> ids;
  while (const auto id = order.take(queues, now, may)) ids.push_back(*id);
  return ids;
}

using Ids = std::vector<std::int64_t>;

}  // namespace

// testgrid 6.5
TEST_CASE("fair order: the more urgent class first") {
  FairOrder order({});
  order.add(job(1, JobClass::rdeps_small, "a"));
  order.add(job(2, JobClass::own_tests, "a"));
  order.add(job(3, JobClass::security, "a"));
  order.add(job(4, JobClass::manual, "a"));
  CHECK(drain(order) == Ids{3, 4, 2, 1});
  CHECK(order.size() == 0);
}

// testgrid 6.5
TEST_CASE("fair order: a large upload does not starve a small one") {
  FairOrder order({});
  for (int i = 1; i <= 6; ++i) order.add(job(i, JobClass::rdeps_small, "perl/5"));
  order.add(job(7, JobClass::rdeps_small, "nano/1"));
  order.add(job(8, JobClass::rdeps_small, "nano/1"));
  // Both flows are served in turn, however many each has.
  CHECK(drain(order) == Ids{7, 1, 8, 2, 3, 4, 5, 6});
}

// testgrid 6.5
TEST_CASE("fair order: turns are counted in worker time") {
  FairOrder order({});
  auto slow = job(1, JobClass::manual, "slow");
  slow.predicted = 3h;
  auto slow2 = job(2, JobClass::manual, "slow");
  order.add(slow);
  order.add(slow2);
  for (int i = 11; i <= 14; ++i) order.add(job(i, JobClass::manual, "tiny"));
  CHECK(drain(order) == Ids{1, 11, 12, 13, 14, 2});
}

// testgrid 6.5
TEST_CASE("fair order: a class gets its least share of the time") {
  FairOrder order({});
  for (int i = 0; i < 40; ++i) order.add(job(i, JobClass::manual, "m"));
  for (int i = 100; i < 110; ++i) {
    auto huge = job(i, JobClass::rdeps_huge, "h");
    huge.queue = kHuge;
    order.add(huge);
  }
  const auto ids = drain(order);
  const auto huge = std::count_if(ids.begin(), ids.begin() + 20, [](auto id) { return id >= 100; });
  CHECK(huge >= 3);
  CHECK(huge <= 4);
}

// testgrid 6.5
TEST_CASE("fair order: age makes a job more urgent, a class a day") {
  FairOrder order({});
  order.add(job(1, JobClass::rdeps_small, "old"));
  auto young = job(2, JobClass::own_tests, "young");
  young.submitted = kNow + 25h;
  order.add(young);
  auto manual = job(3, JobClass::manual, "young");
  manual.submitted = kNow + 49h;
  order.add(manual);
  CHECK(drain(order, any, kNow + 49h) == Ids{1, 3, 2});
}

// testgrid 1.5
TEST_CASE("fair order: a job that comes back keeps its age") {
  FairOrder order({});
  order.add(job(2, JobClass::manual, "a"));
  order.add(job(3, JobClass::manual, "a"));
  order.add(job(1, JobClass::manual, "a"));
  CHECK(drain(order) == Ids{1, 2, 3});
}

// testgrid 6.5
TEST_CASE("fair order: what may not be served stays, and does not block the others") {
  FairOrder order({});
  for (int i = 1; i <= 3; ++i) order.add(job(i, JobClass::manual, "a"));
  CHECK(drain(order, [](auto id) { return id == 2; }) == Ids{2});
  CHECK(order.size() == 2);
  CHECK(drain(order) == Ids{1, 3});
}

// testgrid 6.5
TEST_CASE("fair order: removed, added again, other queues") {
  FairOrder order({});
  order.add(job(1, JobClass::manual, "a"));
  order.add(job(2, JobClass::manual, "a"));
  order.remove(1);
  order.remove(77);
  CHECK_FALSE(order.contains(1));
  CHECK(order.size(kMain) == 1);
  order.add(job(1, JobClass::manual, "a"));
  order.add(job(1, JobClass::own_tests, "a"));
  CHECK(order.size(kMain) == 2);
  CHECK(order.size(kHuge) == 0);
  const std::vector other{kHuge};
  CHECK_FALSE(order.take(other, kNow, any));
  CHECK(drain(order) == Ids{2, 1});
}

// testgrid 6.5
TEST_CASE("fair order: asking for one test at a time serves nobody sooner") {
  FairOrder order({});
  const std::vector queues{kMain};
  for (int i = 1; i <= 60; ++i) order.add(job(i, JobClass::manual, "alice"));
  int bobs = 0;
  order.add(job(100, JobClass::manual, "bob"));
  for (int turn = 1; turn <= 60; ++turn) {
    const auto id = order.take(queues, kNow, any);
    REQUIRE(id);
    if (*id >= 100) order.add(job(100 + ++bobs, JobClass::manual, "bob"));
    CHECK(std::abs(2 * bobs - turn) <= 1);
  }
}

// testgrid 6.5
TEST_CASE("fair order: a long test counts also when its flow has no other") {
  FairOrder order({});
  const std::vector queues{kMain};
  auto slow = job(1, JobClass::manual, "alice");
  slow.predicted = 5h;
  order.add(slow);
  for (int i = 2; i <= 40; ++i) order.add(job(i, JobClass::manual, "bob"));
  CHECK(order.take(queues, kNow, any) == 1);
  slow.id = 41;
  order.add(slow);
  for (int i = 2; i <= 31; ++i) CHECK(order.take(queues, kNow, any) == i);  // 30 of 10 minutes
  CHECK(order.take(queues, kNow, any) == 41);
}

// testgrid 6.5
TEST_CASE("fair order: what a flow was served is forgotten after a day") {
  const auto first = [](std::chrono::hours later) {
    FairOrder order({});
    const std::vector queues{kMain};
    auto slow = job(1, JobClass::manual, "alice");
    slow.predicted = 5h;
    order.add(slow);
    CHECK(order.take(queues, kNow, any) == 1);
    CHECK_FALSE(order.take(queues, kNow + later, any));
    order.add(job(2, JobClass::manual, "alice"));
    order.add(job(3, JobClass::manual, "bob"));
    return order.take(queues, kNow + later, any);
  };
  CHECK(first(23h) == 3);
  CHECK(first(24h) == 2);
}

}  // namespace sluice::adt
