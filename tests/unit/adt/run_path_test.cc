#include "adt/run_path.h"

#include <doctest/doctest.h>

#include <string>

#include "adt/run.h"

namespace sluice::adt {

namespace {
const QueueName kPathQueue{"", "noble", "amd64"};
const base::Instant kRunEnd = base::instant_of_seconds(1'767'323'045);  // 2026-01-02 03:04:05

RequestMessage libfoo_request() {
  RequestMessage message;
  message.package = "libfoo";
  return message;
}
}  // namespace

// autopkgtest 2.7; migration 4.6.8
TEST_CASE("run path: the folder of a source") {
  CHECK(pool_prefix("green") == "g");
  CHECK(pool_prefix("libgreen") == "libg");
  CHECK(pool_prefix("lib") == "lib");
  CHECK(pool_prefix("").empty());
}

// autopkgtest 2.7
TEST_CASE("run path: the id is the second of the end and a digest of request and lease") {
  const auto id = make_run_id(kRunEnd, "key", 1);
  CHECK(id.starts_with("20260102_030405_"));
  CHECK(id.size() == 22);
  CHECK(id.back() == '@');
  CHECK(seen_of_run(id) == 1'767'323'045);
  CHECK(id != make_run_id(kRunEnd, "key", 2));
  CHECK(id != make_run_id(kRunEnd, "other", 1));
}

// autopkgtest 2.7; testgrid 1.4
TEST_CASE("run path: whether a run may be of an attempt, whenever it ended") {
  const auto id = make_run_id(kRunEnd, "key", 1);
  CHECK(is_run_of(id, "key", 1));
  CHECK(is_run_of("noble/amd64/libf/libfoo/" + id, "key", 1));
  CHECK_FALSE(is_run_of(id, "key", 2));
  CHECK_FALSE(is_run_of(id, "other", 1));
  CHECK_FALSE(is_run_of("20260102_030405@", "key", 1));
  CHECK_FALSE(is_run_of("", "key", 1));
}

// autopkgtest 2.7
TEST_CASE("run path: containers and directories") {
  auto message = libfoo_request();
  CHECK(place_of(message, kPathQueue, "R@", RunKind::result) ==
        RunPlace{"autopkgtest-noble", "noble/amd64/libf/libfoo/R@"});
  message.ppas = {"a/b", "user/ppa:ABCD"};
  CHECK(place_of(message, kPathQueue, "R@", RunKind::result).container ==
        "autopkgtest-noble-user-ppa");
  message.ppas = {"me:tok@user/ppa"};
  CHECK(place_of(message, kPathQueue, "R@", RunKind::result).container ==
        "private-autopkgtest-noble-user-ppa");
}

// testgrid 1.4
TEST_CASE("run path: an infrastructure attempt lies where no stock reader looks") {
  CHECK(place_of(libfoo_request(), kPathQueue, "R@", RunKind::infra).container ==
        "autopkgtest-noble-infra");
}

}  // namespace sluice::adt
