// The examples in docs/formats/ of what the test grid and its peers exchange: each is read field
// for field, and what we write with these fields is the example. (That they are JSON at all:
// formats_test.py.) ctest starts us in tests/.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "adt/job_json.h"
#include "adt/message.h"
#include "adt/pending.h"
#include "adt/request.h"
#include "adt/run_messages.h"
#include "britney/journal_record.h"
#include "codec/json.h"
#include "queue/lease_json.h"
#include "results/bundle.h"
#include "results/object_head.h"
#include "results/readers.h"
#include "results/stored_run.h"
#include "store/database.h"
#include "store/results_db_writer.h"
#include "support/temporary_directory.h"

namespace sluice {
namespace {

using Texts = std::vector<std::string>;

// The fenced examples of a page in this language, in order; the indentation of a list taken off.
Texts examples(const std::string& page, const std::string& language) {
  std::ifstream file("../docs/formats/" + page);
  REQUIRE_MESSAGE(file, page);
  Texts all;
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    const auto text = line.starts_with("  ") && !is_inside ? line.substr(2) : line;
    if (text == "```" + language) {
      all.emplace_back();
      is_inside = true;
    } else if (line.ends_with("```")) {
      is_inside = false;
    } else if (is_inside) {
      all.back() += line + "\n";
    }
  }
  return all;
}

std::string example(const std::string& page, const std::string& language, std::size_t number) {
  const auto all = examples(page, language);
  REQUIRE_MESSAGE(number < all.size(), page);
  return all[number];
}

codec::Value json_of(std::string_view text) {
  auto value = codec::parse_json(text);
  REQUIRE_MESSAGE(value, text);
  return std::move(*value);
}

std::string without_end(std::string text) {
  REQUIRE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

adt::RequestMessage png_request() {
  adt::RequestMessage request;
  request.package = "libpng1.6";
  request.triggers = {"glibc/2.39-0ubuntu8", "zlib/1:1.3-1"};
  request.all_proposed = true;
  request.testname = "smoke";
  request.requester = "jane";
  request.uuid = "0a-1";
  return request;
}

const adt::QueueName kNoble{"", "noble", "amd64"};

adt::Evidence exit_evidence() {
  return {adt::EvidenceKind::exit_code, adt::EvidenceSource::tool, adt::EvidenceWeight::decides,
          "4", std::chrono::seconds(412)};
}

adt::AttemptEnd png_failure() {
  adt::AttemptEnd end;
  end.outcome = adt::Outcome::fail;
  end.blame = adt::Blame::trigger;
  end.exit_code = 4;
  end.version = "libpng1.6 1.6.43-5build1";
  end.duration = std::chrono::seconds(412);
  end.place = {"autopkgtest-noble", "noble/amd64/libp/libpng1.6/20260102_030405_a1b2c@"};
  return end;
}

}  // namespace

// autopkgtest 1.6
TEST_CASE("documented formats: a gate's requests, as line and as message") {
  const adt::TestRequest request{"debci-testing-amd64", "lightgreen", "amd64",
                                 {"green/2", "blue/1"}, {},           "2026-01-02 03:04:05"};
  const auto body = without_end(example("requests.md", "text", 1));

  CHECK(adt::request_line(request) == example("requests.md", "text", 0));
  CHECK(adt::amqp_body(request, adt::TriggerStyle::list) == body);
  const auto read = adt::parse_message(body);
  REQUIRE(read);
  CHECK(read->package == request.source);
  CHECK(read->triggers == request.triggers);
  CHECK(read->submit_time == request.submit_time);
}

// autopkgtest 1.6
TEST_CASE("documented formats: a request message with every key is read and written") {
  const auto body = without_end(example("requests.md", "text", 2));
  auto request = png_request();
  request.ppas = {"team/one", "jane:token@jane/two"};
  request.env = {"A=b"};
  request.build_git = "https://git.example/png#main";
  request.submit_time = "2026-01-02 03:04:05+0000";
  request.readable_by = {"jane"};
  request.swiftuser = "jane";
  request.pins = {{"unstable", {"src:zlib"}}};

  CHECK(adt::parse_message(body) == request);
  CHECK(adt::message_body(request) == body);
}

// autopkgtest 1.2
TEST_CASE("documented formats: a status message is written") {
  const adt::StatusMessage status{kNoble, png_request(), adt::RunState::running,
                                  std::chrono::seconds(20), "line 1\nline 2"};

  CHECK(json_of(adt::status_body(status)) == json_of(example("run-messages.md", "json", 0)));
}

// autopkgtest 1.3
TEST_CASE("documented formats: a completion message is read and written") {
  const auto body = example("run-messages.md", "json", 1);
  const auto message = adt::complete_of(png_request(), kNoble, png_failure());

  CHECK(adt::parse_complete(body) == message);
  CHECK(json_of(adt::complete_body(message)) == json_of(body));
}

// autopkgtest 2.7; testgrid 1.4
TEST_CASE("documented formats: testinfo.json is read and written") {
  const auto text = example("results.md", "json", 0);
  const std::string of_tool =
      R"({"custom_environment": ["LANG=C", )"
      R"("ADT_TEST_TRIGGERS=glibc/2.39-0ubuntu8 zlib/1:1.3-1"], "nproc": "4"})";
  results::RunFacts facts;
  facts.request = png_request();
  facts.exit_code = 4;
  facts.outcome = adt::Outcome::fail;
  facts.blame = adt::Blame::trigger;
  facts.detail = "exit 4 after test-end: 1 of 2 tests failed: smoke";
  facts.suspicion = "suspect-dns";
  facts.proof = {adt::RunPhase::test_end, "", {exit_evidence()}};
  facts.worker = "host-1";
  facts.lease = results::lease_name(17, 2);

  const auto bundle = results::make_bundle(
      {{"testinfo.json", of_tool}, {"testpkg-version", "libpng1.6 1.6.43-5build1\n"}}, facts);

  const auto& tar = bundle.objects.back().object.bytes;
  const auto files = codec::read_tar(tar, 1 << 20).value();
  CHECK(json_of(files.at("testinfo.json")) == json_of(text));
  const auto run = results::parse_stored_run(tar, "libpng1.6");
  REQUIRE(run);
  CHECK(run->report.triggers == facts.request.triggers);
  CHECK(run->outcome == facts.outcome);
  CHECK(run->suspicion == facts.suspicion);
  CHECK(run->testname == "smoke");
  CHECK(run->all_proposed);
}

// testgrid 1.4
TEST_CASE("documented formats: a lease is read and written") {
  const auto value = json_of(example("queue-api.md", "json", 0));
  const auto lease = queue::parse_lease(value);
  REQUIRE_MESSAGE(lease, lease.error().text());
  CHECK(lease->job == 7);
  CHECK(lease->epoch == 2);
  CHECK(lease->attempt == 1);
  CHECK(lease->queue == kNoble);
  CHECK(lease->request.package == "libpng1.6");
  CHECK(lease->request.triggers == Texts{"glibc/2.39-0ubuntu8"});
  CHECK(lease->ttl == std::chrono::seconds(90));
  CHECK(lease->heartbeat == std::chrono::seconds(15));
  CHECK(lease->suspect_reruns_left == 2);
  CHECK(queue::value_of(*lease) == value);
}

// testgrid 1.4
TEST_CASE("documented formats: a heartbeat is read and written") {
  auto value = json_of(example("queue-api.md", "json", 1));
  const auto progress = queue::parse_progress(value);
  REQUIRE_MESSAGE(progress, progress.error().text());
  CHECK(progress->phase == queue::Phase::running);
  CHECK(progress->duration == std::chrono::seconds(20));
  CHECK(progress->log_bytes == 12);
  CHECK(progress->log_tail == "one\ntwo\n");
  CHECK(progress->test == "smoke");
  CHECK(progress->reached == adt::RunPhase::test_begin);
  CHECK(progress->log_piece.from == 8);
  CHECK(progress->log_piece.bytes == "two\n");
  CHECK(progress->load == queue::HostLoad{100 << 20,
                                          std::uint64_t{45} << 30,
                                          {.cpu = 12.5, .memory = 0, .io = 0.31}});
  CHECK(queue::parse_instance(value) == "host~0a1b2c3d");
  for (const auto* who : {"worker", "instance"})  // who asks says that of each call
    std::get<codec::Map>(value).erase(who);
  CHECK(queue::value_of(*progress) == value);
}

// testgrid 1.1, 1.4
TEST_CASE("documented formats: an end is read and written, and does not contradict itself") {
  auto value = json_of(example("queue-api.md", "json", 2));
  auto end = png_failure();
  end.place.container += "-infra";
  end.detail = "1 of 2 tests failed";
  end.digest = value.text("digest");
  end.suspicion = "suspect-dns";
  end.run_again = true;
  end.proof = {adt::RunPhase::test_end, "", {}};
  using enum adt::EvidenceWeight;
  end.proof.evidence = {
      {adt::EvidenceKind::phase, adt::EvidenceSource::log, weak, "boot", std::chrono::seconds(3)},
      exit_evidence(),
      {adt::EvidenceKind::rule, adt::EvidenceSource::log, doubts,
       "suspect-dns: Temporary failure resolving 'x'", std::chrono::seconds(412)}};

  CHECK(adt::parse_attempt_end(value) == end);
  CHECK(adt::check_exit_code(end));
  CHECK(adt::check_suspicion(end));
  CHECK(adt::check_proof(end));
  CHECK(adt::check_place(end, png_request(), kNoble));
  std::get<codec::Map>(value).erase("worker");
  CHECK(adt::value_of(end) == value);
}

// migration 4.6.1
TEST_CASE("documented formats: pending tests are read and written") {
  const auto text = without_end(example("pending.md", "json", 0));
  adt::Pending pending;
  for (const auto* arch : {"i386", "amd64"}) pending.add("green/2", "darkgreen", arch);

  CHECK(adt::parse_pending(text)->pending == pending);
  CHECK(adt::render_pending(pending) == text);
}

// migration 4.6.1
TEST_CASE("documented formats: the journal of requests is read and written") {
  const auto text = example("pending.md", "text", 0);
  const std::vector<britney::JournalRecord> records = {
      britney::IntentRecord{
          1, 1'700'000'000, {"debci-testing-amd64", "lightgreen", "amd64", {"green/2"}, {}, ""}},
      britney::SettledRecord{britney::Settled::sent, {1}}};
  std::vector<britney::JournalRecord> read;
  britney::LineNotes notes("F", base::Level::warning);

  britney::read_journal(text, notes,
                        [&](britney::JournalRecord record) { read.push_back(std::move(record)); });

  CHECK(notes.take().empty());
  CHECK((read == records));
  CHECK(britney::record_text(records[0]) + britney::record_text(records[1]) == text);
}

// autopkgtest 2.7
TEST_CASE("documented formats: the head of an object and the readers of a container") {
  const auto readers = example("result-directory.md", "json", 0);
  const auto head = example("result-directory.md", "json", 1);

  const auto read = results::parse_head(head);
  REQUIRE_MESSAGE(read, read.error().text());
  CHECK(read->size == 3);
  CHECK(read->etag == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(read->content_type == "text/plain; charset=UTF-8");
  CHECK(read->content_encoding == "gzip");
  CHECK(json_of(results::render_head(*read)) == json_of(head));
  const auto rule = json_of(readers).text("read");
  CHECK(results::parse_readers(rule).everybody);
  CHECK(rule == results::text_of(results::Readers{}));
}

// autopkgtest 4
TEST_CASE("documented formats: what readers ask autopkgtest.db finds what was entered") {
  const test::TemporaryDirectory directory;
  auto writer = store::ResultsDbWriter::open(directory.root + "/writer.db").value();
  store::RunRow run;
  run.place = png_failure().place;
  run.release = kNoble.release;
  run.arch = kNoble.arch;
  run.package = "libpng1.6";
  run.run_id = "20260102_030405_a1b2c@";
  run.version = "1.6.43-5build1";
  run.triggers = "glibc/2.39-0ubuntu8 zlib/1:1.3-1";
  run.exit_code = 4;
  run.outcome = adt::Outcome::fail;
  REQUIRE(writer.add({&run, 1}));
  REQUIRE(writer.copy_to(directory.root + "/autopkgtest.db"));

  auto database = store::Database::open_read_only(directory.root + "/autopkgtest.db");
  REQUIRE(database);
  auto rows = database->prepare(example("autopkgtest-db.md", "sql", 0));
  REQUIRE_MESSAGE(rows, rows.error().text());
  int parameter = 0;
  for (const auto* word : {"noble", "amd64", "libpng1.6", "20260101_000000"})
    rows->bind(++parameter, word);

  REQUIRE(rows->step() == true);
  CHECK(rows->number(0) == 4);
  CHECK(rows->text(1) == run.version);
  CHECK(rows->text(2) == run.triggers);
  CHECK(rows->text(3) == run.run_id);
  CHECK(rows->step() == false);
}

}  // namespace sluice
