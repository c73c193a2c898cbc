#include "adt/attempt.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace sluice::adt {
namespace {

const QueueName kQueue{"", "noble", "amd64"};

base::Result<void> check(std::string container, std::string directory,
                         Outcome outcome = Outcome::fail) {
  RequestMessage request;
  request.package = "foo";
  AttemptEnd end;
  end.outcome = outcome;
  end.place = {std::move(container), std::move(directory)};
  return check_place(end, request, kQueue);
}

}  // namespace

// testgrid 7.3
TEST_CASE("attempt: only a run of its own request is taken for its place") {
  const auto* run = "noble/amd64/f/foo/20260102_030405_a1b2c@";
  CHECK(check("autopkgtest-noble", run));
  CHECK(check("", ""));
  for (const auto* directory :
       {"noble/amd64/f/foo/", "noble/amd64/f/foo/zzzz", "noble/amd64/f/foo",
        "noble/amd64/f/foo/20260102_030405_a1b2c@/more",
        "noble/amd64/f/foo/../../../20260102_030405_a1b2c@",
        "noble/amd64/f/foo/20260102_030405_../../x", "noble/amd64/b/bar/20260102_030405_a1b2c@"})
    CHECK(check("autopkgtest-noble", directory).error().kind == base::ErrorKind::invalid);
  for (const auto* container : {"", "autopkgtest-jammy", "autopkgtest-noble-u-p", "evil"})
    CHECK(check(container, run).error().kind == base::ErrorKind::invalid);
}

// testgrid 1.4
TEST_CASE("attempt: what infrastructure broke does not lie among results, nor the reverse") {
  const auto* run = "noble/amd64/f/foo/20260102_030405_a1b2c@";
  CHECK(check("autopkgtest-noble-infra", run, Outcome::infra_boot));
  CHECK_FALSE(check("autopkgtest-noble", run, Outcome::infra_boot));
  CHECK_FALSE(check("autopkgtest-noble-infra", run, Outcome::fail));
}

}  // namespace sluice::adt
