#include "adt/hosts_seen.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/jobs.h"

namespace sluice::adt {
namespace {

using namespace std::chrono_literals;

const QueueName kSeenAmd64{"", "noble", "amd64"}, kSeenArm64{"", "noble", "arm64"};

// A server that has learnt whom there is to know, and has seen "a" for amd64.
struct SeenScene {
  SeenScene() { seen.asked("a", {&kSeenAmd64, 1}, now); }
  bool others(const std::vector<std::string>& hosts, const QueueName& queue = kSeenAmd64) const {
    return seen.others_than(hosts, queue, now);
  }
  base::Instant now = test::kNow + 1h;
  HostsSeen seen{test::kNow, 10min};
};

}  // namespace

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: one host is no other than itself, a second one is") {
  SeenScene s;
  CHECK_FALSE(s.others({"a"}));
  CHECK(s.others({"b"}));
  s.seen.asked("b", {&kSeenAmd64, 1}, s.now);
  CHECK(s.others({"a"}));
  CHECK_FALSE(s.others({"a", "b"}));
}

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: one that takes no work of the queue is not waited for") {
  SeenScene s;
  s.seen.asked("b", {&kSeenArm64, 1}, s.now);
  CHECK_FALSE(s.others({"a"}));
  CHECK(s.others({"a"}, kSeenArm64));
  CHECK_FALSE(s.others({"b"}, kSeenArm64));
}

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: one that was silent for the window is not waited for, a busy one is") {
  SeenScene s;
  s.seen.asked("b", {&kSeenAmd64, 1}, s.now);
  s.now += 10min - 1s;
  CHECK(s.others({"a"}));
  s.seen.beat("b", s.now);
  s.now += 1s;
  CHECK(s.others({"a"}));
  s.now += 10min;
  CHECK_FALSE(s.others({"a"}));
}

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: one that only tells of its test may take anything") {
  SeenScene s;
  s.seen.beat("b", s.now);
  CHECK(s.others({"a"}));
  s.seen.asked("b", {&kSeenArm64, 1}, s.now);
  CHECK_FALSE(s.others({"a"}));
}

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: at a start nobody is known, and so anybody may be there") {
  HostsSeen seen(test::kNow, 10min);
  const std::vector<std::string> all{"a"};
  CHECK(seen.others_than(all, kSeenAmd64, test::kNow + 59s));
  CHECK_FALSE(seen.others_than(all, kSeenAmd64, test::kNow + 60s));
}

// testgrid 1.5 (T9)
TEST_CASE("hosts seen: a clock that is set makes nobody silent") {
  SeenScene s;
  s.seen.asked("b", {&kSeenAmd64, 1}, s.now);
  for (const auto step : {2h, -3h}) {
    s.seen.shift(step);
    s.now += step;
    CHECK(s.others({"a"}));
    CHECK_FALSE(s.others({"a", "b"}));
  }
}

}  // namespace sluice::adt
