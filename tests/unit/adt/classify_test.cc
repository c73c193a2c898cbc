#include "adt/classify.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using adt::Blame;
using adt::Outcome;
using adt::RunEvidence;
namespace {

constexpr const char* kPass = "one                  PASS\n";
constexpr const char* kFail = "two                  FAIL non-zero exit status 1\n";
constexpr const char* kLate = "six                  FAIL timed out\n";
constexpr const char* kSkip = "three                SKIP unknown restriction x\n";
constexpr const char* kBad = "four                 FAIL badpkg\nblame: x\nbadpkg: y\n";

std::string joined(std::string_view a, std::string_view b) { return fmt::format("{}{}", a, b); }

RunEvidence run(int exit_code, const std::string& summary) {
  RunEvidence evidence;
  evidence.exit_code = exit_code;
  evidence.sources = {"gzip"};
  evidence.summary = adt::parse_summary(summary);
  evidence.booted = evidence.has_source = true;
  return evidence;
}

// A testbed failure that came so far.
RunEvidence lost(adt::RunPhase phase, const std::string& failure = "unexpected eof") {
  auto evidence = run(16, "testbed failure: " + failure + "\n");
  evidence.booted = phase >= adt::RunPhase::boot;
  evidence.has_source = phase >= adt::RunPhase::setup;
  if (phase >= adt::RunPhase::test_begin) evidence.test_log = "output";
  return evidence;
}

adt::Classification judged(const RunEvidence& evidence) {
  return adt::classify(evidence, adt::parse_failure_rules(adt::default_failure_rules()).value());
}

// "phase (from log): boot; weak", for each in turn.
std::vector<std::string> evidence_of_run(const RunEvidence& run) {
  std::vector<std::string> lines;
  for (const auto& each : judged(run).proof.evidence) lines.push_back(text_of(each));
  return lines;
}

adt::Outcome outcome_of(const RunEvidence& evidence) { return judged(evidence).outcome; }

}  // namespace

// autopkgtest 3; testgrid 1.1
TEST_CASE("classify: what ran of another source is no verdict, whatever its tests said") {
  for (auto evidence : {run(0, kPass), run(4, kFail), run(12, "badpkg: x\n")}) {
    evidence.other_source = "zlib";
    evidence.test_log = "Temporary failure resolving 'archive'\n";  // a suspicion of the failure

    const auto result = judged(evidence);

    CHECK(result.outcome == Outcome::untestable_control);
    CHECK(result.exit_code == 12);
    CHECK(result.suspicion.empty());
    CHECK(result.detail.contains("testpkg-version names zlib, and gzip was asked for"));
  }
  auto testbed = lost(adt::RunPhase::setup);
  testbed.other_source = "zlib";
  CHECK(class_of(outcome_of(testbed)) == adt::OutcomeClass::infra);
}

// testgrid 1.1; autopkgtest 2.5
TEST_CASE("classify: exit codes with the summary that belongs to them") {
  struct Row {
    int exit_code;
    const char* summary;
    const char* more;
    adt::Outcome outcome;
  };
  const Row rows[] = {
      {0, kPass, "", Outcome::pass},
      {2, kPass, kSkip, Outcome::pass_partial},
      {4, kPass, kFail, Outcome::fail},
      {6, kSkip, kFail, Outcome::fail},
      {4, kLate, "", Outcome::fail_timeout},
      {4, kLate, kFail, Outcome::fail},
      {8, kSkip, "", Outcome::neutral},
      {8, "*                    SKIP no tests in this package\n", "", Outcome::neutral},
      {12, "badpkg: Test dependencies are unsatisfiable.\n", "", Outcome::untestable_deps},
      {14, kSkip, "badpkg: debian/tests/x does not exist\n", Outcome::untestable_control},
      {12, "erroneous package: rules build failed with exit code 2\n", "",
       Outcome::untestable_build},
      {20, "quitting: unexpected error, see log\n", "", Outcome::infra_grid_bug},
      {20, "cannot parse test control file\n", "", Outcome::untestable_control},
      {20, "", "", Outcome::infra_grid_bug},
      {1, "", "", Outcome::infra_worker_crash},
      {137, "", "", Outcome::infra_worker_crash},
      {99, "", "", Outcome::excluded},
      {3, "", "", Outcome::infra_unknown},
  };
  for (const auto& row : rows) {
    CAPTURE(row.exit_code);
    CAPTURE(row.summary);
    CHECK(adt::text_of(outcome_of(run(row.exit_code, joined(row.summary, row.more)))) ==
          adt::text_of(row.outcome));
  }
}

// autopkgtest 2.5; testgrid 1.3
TEST_CASE("classify: without a line in the summary nothing ran, whatever log and exit code say") {
  const std::string log = "autopkgtest [10:00:00]: test one: -----]\none  PASS\ntwo  FAIL stderr\n";
  for (const int exit_code : {0, 2, 4, 6, 8}) {
    CAPTURE(exit_code);
    auto evidence = run(exit_code, "");
    evidence.test_log = log;
    CHECK(outcome_of(evidence) == Outcome::infra_unknown);
  }
}

// autopkgtest 2.5
TEST_CASE("classify: a summary that contradicts the exit code is no verdict") {
  CHECK(outcome_of(run(0, kFail)) == Outcome::infra_unknown);
  CHECK(outcome_of(run(0, joined(kPass, kFail))) == Outcome::infra_unknown);
  CHECK(outcome_of(run(2, kSkip)) == Outcome::infra_unknown);
  CHECK(outcome_of(run(4, kPass)) == Outcome::infra_unknown);
  CHECK(outcome_of(run(4, kBad)) == Outcome::infra_unknown);
  CHECK(outcome_of(run(6, kSkip)) == Outcome::infra_unknown);
}

// testgrid 1.1
TEST_CASE("classify: one test that never began makes the run untestable, not failed") {
  CHECK(adt::class_of(outcome_of(run(12, joined(kFail, kBad)))) == adt::OutcomeClass::untestable);
}

// testgrid 1.1
TEST_CASE("classify: a testbed failure is told by the phase that it came in") {
  using enum adt::RunPhase;
  CHECK(outcome_of(lost(prepare)) == Outcome::infra_provision);
  CHECK(outcome_of(lost(boot)) == Outcome::infra_boot);
  CHECK(outcome_of(lost(setup)) == Outcome::infra_unknown);
  CHECK(outcome_of(lost(test_begin)) == Outcome::infra_testbed_lost);
}

// testgrid 1.1: never of the kind test
TEST_CASE("classify: a time-out that is not the test's own is infrastructure") {
  const auto judgement =
      judged(lost(adt::RunPhase::setup, "timed out on command \"x (kind: test)\" (kind: install)"));

  CHECK(judgement.outcome == Outcome::infra_timeout);
  CHECK(judgement.detail.contains("install: timed out"));
}

TEST_CASE("classify: a run over the limit for everything is no failure") {
  auto evidence = run(143, kFail);
  evidence.over_limit = true;
  CHECK(outcome_of(evidence) == Outcome::infra_timeout);
}

// autopkgtest 2.6
TEST_CASE("classify: rules tell what a testbed failure came from") {
  auto dns = lost(adt::RunPhase::boot);
  dns.setup_log = "Err:1 x Temporary failure resolving 'archive'\n";
  auto name = lost(adt::RunPhase::boot);
  name.setup_log = "E: Unable to find a source package for gzip\n";
  auto kernel = lost(adt::RunPhase::test_begin);
  kernel.test_log = "[ 1.0] Kernel panic - not syncing: x\n";

  CHECK(judged(dns).outcome == Outcome::infra_net_dns);
  CHECK(judged(dns).proof.rule == "dns");
  CHECK(judged(name).outcome == Outcome::untestable_control);
  CHECK(judged(kernel).outcome == Outcome::infra_testbed_lost);
  CHECK(judged(kernel).blame == Blame::package);
}

// autopkgtest 2.6
TEST_CASE("classify: packages that speak of networks are exempt from rules about them") {
  auto evidence = lost(adt::RunPhase::boot);
  evidence.sources = {"systemd"};
  evidence.setup_log = "Temporary failure resolving 'archive'\n";
  CHECK(judged(evidence).outcome == Outcome::infra_boot);
}

// testgrid 1.1
TEST_CASE("classify: missing dependencies of a stale archive are the archive's") {
  auto evidence = run(12, "badpkg: Test dependencies are unsatisfiable.\n");
  evidence.setup_log = "E: Failed to fetch uri/x.deb  404  Not Found\n";
  CHECK(outcome_of(evidence) == Outcome::infra_mirror_skew);
}

// testgrid 1.3
TEST_CASE("classify: infrastructure in a test's output is suspicion and stays a failure") {
  auto evidence = run(4, kFail);
  evidence.test_log = "write error: No space left on device\n";

  const auto judgement = judged(evidence);

  CHECK(judgement.outcome == Outcome::fail);
  CHECK(judgement.suspicion == "suspect-disk");
  CHECK(judgement.detail.contains("suspect: suspect-disk"));
}

// testgrid 1.3; autopkgtest 2.6: when time is up, the tool's own kill has the shell say so.
TEST_CASE("classify: a session that was ended is no suspicion when the tool ended it itself") {
  auto failed = run(4, kFail);
  failed.test_log = "Session terminated, killing shell... ...killed.\n";
  auto late = run(4, "smoke                FAIL timed out\n");
  late.test_log = failed.test_log;

  CHECK(judged(failed).suspicion == "suspect-testbed");
  CHECK(judged(late).outcome == Outcome::fail_timeout);
  CHECK(judged(late).suspicion.empty());
  late.test_log = "No space left on device\n";
  CHECK(judged(late).suspicion == "suspect-disk");
}

// testgrid 1.3
TEST_CASE("classify: no output of a test makes a pass or takes one away") {
  auto evidence = run(0, kPass);
  evidence.test_log = evidence.setup_log = "Kernel panic - not syncing\nNo space left on device\n";
  CHECK(outcome_of(evidence) == Outcome::pass);
  CHECK(judged(evidence).suspicion.empty());
}

// testgrid 1.1 (DISK.WORKER), 1.3 (item 2)
TEST_CASE("classify: the worker's full disk is seen on the worker") {
  auto full = lost(adt::RunPhase::setup);
  full.disk_free_bytes = 1;
  auto failing = run(4, kFail);
  failing.disk_free_bytes = 1;

  CHECK(judged(full).outcome == Outcome::infra_disk_worker);
  CHECK(judged(failing).outcome == Outcome::fail);
  CHECK(judged(failing).suspicion == "worker-disk");
}

// testgrid 1.1 (DISK.WORKER), 1.3 (item 2)
TEST_CASE("classify: a run that was ended for want of room is nobody's verdict, whatever it told") {
  for (const auto& [exit_code, summary] :
       {std::pair{4, kFail}, {6, kLate}, {0, kPass}, {16, ""}, {143, ""}}) {
    CAPTURE(exit_code);
    auto ended = run(exit_code, summary);
    ended.disk_short = adt::DiskShortage{"/tmp", 4096, 8192};

    const auto end = judged(ended);

    CHECK(end.outcome == Outcome::infra_disk_worker);
    CHECK(end.blame == Blame::worker);
    CHECK(end.suspicion.empty());
    CHECK(text_of(end.proof.evidence.back()) ==
          "disk (from worker): /tmp: 4096 bytes free, fewer than 8192; decides");
    CHECK(end.detail.ends_with(
        "ended for want of room on the worker, /tmp: 4096 bytes free, fewer than 8192"));
  }
}

// testgrid 1.1
TEST_CASE("classify: a failure is blamed on a foreign trigger, else on the package") {
  auto evidence = run(4, kFail);
  CHECK(judged(evidence).blame == Blame::package);
  evidence.sources = {"gzip", "gzip"};
  CHECK(judged(evidence).blame == Blame::package);
  evidence.sources = {"gzip", "migration-reference"};
  CHECK(judged(evidence).blame == Blame::package);
  evidence.sources = {"gzip", "glibc"};
  CHECK(judged(evidence).blame == Blame::trigger);
}

// autopkgtest 2.5
TEST_CASE("classify: evidence of the worker's own machine is marked weak") {
  auto evidence = run(0, kPass);
  evidence.testbed = adt::TestbedKind::this_machine;
  CHECK(judged(evidence).detail ==
        "exit 0 after test-end: 1 of 1 tests passed; weak evidence: the tests ran on the worker's "
        "own machine");
}

// testgrid 1.3
TEST_CASE("classify: the log is cut at the beginning of the first test") {
  const auto log = adt::split_log(
      "autopkgtest [10:00:00]: test one: preparing testbed\nx\n"
      "autopkgtest [10:00:01]: test one: [-----------------------\nbody\n");

  CHECK(log.setup == "autopkgtest [10:00:00]: test one: preparing testbed\nx\n");
  CHECK(log.test == "autopkgtest [10:00:01]: test one: [-----------------------\nbody\n");
  CHECK(adt::split_log("nothing").setup == "nothing");
  CHECK(adt::split_log("").test.empty());
}

// testgrid 1.3
TEST_CASE("classify: each stage leaves its evidence, in the order in which it is looked at") {
  using Lines = std::vector<std::string>;
  auto suspect = run(4, kFail);
  suspect.test_log = "x\nwrite error: No space left on device\n";
  suspect.disk_free_bytes = 1;
  suspect.testbed = adt::TestbedKind::this_machine;
  CHECK(evidence_of_run(suspect) ==
        Lines{"phase (from summary): test-end; supports", "exit (from tool): 4; decides",
              "summary (from summary): 1 of 1 tests failed: two; decides",
              "rule (from log): suspect-disk: write error: No space left on device; doubts",
              "disk (from worker): 1 bytes free; doubts",
              "testbed (from worker): the tests ran on the worker's own machine; doubts"});

  auto dns = lost(adt::RunPhase::boot);
  dns.setup_log = "Err:1 x Temporary failure resolving 'archive'\n";
  CHECK(evidence_of_run(dns) ==
        Lines{"phase (from output): boot; supports", "exit (from tool): 16; decides",
              "summary (from summary): unexpected eof; supports",
              "rule (from log): dns: Err:1 x Temporary failure resolving 'archive'; decides"});

  auto late = run(143, kFail);
  late.over_limit = true;
  CHECK(evidence_of_run(late) ==
        Lines{"phase (from summary): test-end; supports", "exit (from tool): 143; supports",
              "limit (from worker): over the limit for a whole run; decides"});
}

// testgrid 1.3, item 1
TEST_CASE(
    "classify: phases that were seen in the log stand there with their time, and prove nothing") {
  auto evidence = lost(adt::RunPhase::prepare);
  evidence.duration = std::chrono::seconds(9);
  evidence.seen = {{}, {adt::RunPhase::test_begin, std::chrono::seconds(5)}};

  const auto proof = judged(evidence).proof;

  CHECK(proof.phase == adt::RunPhase::prepare);
  REQUIRE(proof.evidence.size() > 2);
  CHECK(proof.evidence[1] == adt::Evidence{adt::EvidenceKind::phase, adt::EvidenceSource::log,
                                           adt::EvidenceWeight::weak, "test-begin",
                                           std::chrono::seconds(5)});
  CHECK(proof.evidence[2] == adt::Evidence{adt::EvidenceKind::phase, adt::EvidenceSource::worker,
                                           adt::EvidenceWeight::supports, "prepare",
                                           std::chrono::seconds(9)});
}
