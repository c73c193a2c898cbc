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

// testgrid 1.1, 1.3
TEST_CASE("attempt: a failure that runs again does not lie among results, one that stands does") {
  RequestMessage request;
  request.package = "foo";
  AttemptEnd end;
  end.outcome = Outcome::fail;
  end.suspicion = "suspect-dns";
  end.place = {"autopkgtest-noble", "noble/amd64/f/foo/20260102_030405_a1b2c@"};
  CHECK(stands(end));
  CHECK(check_place(end, request, kQueue));
  end.run_again = true;
  CHECK_FALSE(stands(end));
  CHECK_FALSE(check_place(end, request, kQueue));
  end.place.container += "-infra";
  CHECK(check_place(end, request, kQueue));
}

// testgrid 1.1; autopkgtest 2.5
TEST_CASE("attempt: outcome and exit code agree, and what is of no run has no files") {
  const struct {
    const char* name;
    Outcome outcome;
    int exit_code;
    const char* directory;
    const char* error;
  } cases[] = {
      {"pass", Outcome::pass, 0, "d", ""},
      {"late failure", Outcome::fail_timeout, 6, "d", ""},
      {"not stored", Outcome::infra_store_upload, 0, "", ""},
      {"stopped", Outcome::cancelled, 20, "", ""},
      {"failure for a pass", Outcome::pass, 4, "d",
       "outcome PASS does not go with exit code 4, which stands for FAIL"},
      {"lost testbed for a failure", Outcome::fail, 16, "d",
       "outcome FAIL does not go with exit code 16, which stands for INFRA.UNKNOWN"},
      {"pass for infrastructure", Outcome::infra_boot, 0, "",
       "outcome INFRA.BOOT does not go with exit code 0, which stands for PASS"},
      {"the grid's to say", Outcome::superseded, 20, "",
       "outcome SUPERSEDED does not go with exit code 20, which stands for INFRA.GRID_BUG"},
      {"files of nothing", Outcome::cancelled, 20, "d",
       "outcome CANCELLED is of no run: directory d"}};
  for (const auto& c : cases) {
    AttemptEnd end;
    end.outcome = c.outcome;
    end.exit_code = c.exit_code;
    end.place.directory = c.directory;
    const auto checked = check_exit_code(end);
    CHECK_MESSAGE((checked ? "" : checked.error().text()) == c.error, c.name);
  }
}

// testgrid 1.3
TEST_CASE("attempt: only a failure is suspect, and only what is suspect runs again") {
  const struct {
    const char* name;
    Outcome outcome;
    const char* suspicion;
    bool run_again, fits;
  } cases[] = {{"plain", Outcome::pass, "", false, true},
               {"suspect", Outcome::fail, "x", true, true},
               {"suspect, late", Outcome::fail_timeout, "x", true, true},
               {"stands", Outcome::fail, "x", false, true},
               {"a pass", Outcome::pass, "x", false, false},
               {"infra", Outcome::infra_boot, "x", true, false},
               {"no reason", Outcome::fail, "", true, false}};
  for (const auto& c : cases) {
    AttemptEnd end;
    end.outcome = c.outcome;
    end.suspicion = c.suspicion;
    end.run_again = c.run_again;
    CHECK_MESSAGE(check_suspicion(end).has_value() == c.fits, c.name);
  }
}

// testgrid 0 (item 1), 1.3
TEST_CASE("attempt: what ran has seen the end of a test, if it tells how far it came") {
  const struct {
    const char* name;
    Outcome outcome;
    std::optional<RunPhase> phase;
    const char* error;
  } cases[] = {{"proven", Outcome::fail, RunPhase::test_end, ""},
               {"not told", Outcome::fail, std::nullopt, ""},
               {"never began", Outcome::fail, RunPhase::setup,
                "I1: outcome FAIL of a run that came only to setup"},
               {"no end seen", Outcome::pass, RunPhase::test_begin,
                "I1: outcome PASS of a run that came only to test-begin"},
               {"skipped", Outcome::neutral, RunPhase::setup, ""},
               {"infra", Outcome::infra_boot, RunPhase::prepare, ""}};
  for (const auto& c : cases) {
    AttemptEnd end;
    end.outcome = c.outcome;
    end.proof.phase = c.phase;
    const auto checked = check_proof(end);
    CHECK_MESSAGE((checked ? "" : checked.error().text()) == c.error, c.name);
  }
}

// testgrid 1.4
TEST_CASE("attempt: what came late is read from where it was noted") {
  AttemptEnd end;
  end.detail = "not heard of" + late_note(Outcome::untestable_deps);
  CHECK_FALSE(late_outcome(end));  // nothing is without files
  end.place = {"c", "d"};
  CHECK(late_outcome(end) == Outcome::untestable_deps);
  end.detail += ".";
  CHECK_FALSE(late_outcome(end));
  end.detail = "; it came late with NOTHING, which does not count";
  CHECK_FALSE(late_outcome(end));
  end.detail = ", which does not count";
  CHECK_FALSE(late_outcome(end));
}

}  // namespace sluice::adt
