// covers: journal_record.cc
#include "britney/pending.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "britney/journal_record.h"
#include "support/memory_files.h"

namespace sluice::britney {
namespace {

using adt::Pending;
using adt::TestRequest;
using test::MemoryFileSystem;

const std::string kJson = "state/autopkgtest-pending.json";
const std::string kJournal = "state/autopkgtest-pending.journal";
constexpr auto kStart = base::Instant(std::chrono::seconds(1'700'000'000));
constexpr auto kResendAfter = std::chrono::hours(2);

TestRequest request(const std::string& source, const std::string& trigger = "green/2") {
  return {.queue = "debci-testing-amd64",
          .source = source,
          .arch = "amd64",
          .triggers = {trigger, "green/2"},
          .ppas = {"team/one"},
          .submit_time = "2026-01-02 03:04:05"};
}

Pending pending_of(const std::vector<std::string>& sources) {
  Pending pending;
  for (const auto& source : sources) pending.add("green/2", source, "amd64");
  return pending;
}

PendingJournal loaded(MemoryFileSystem& files) {
  auto journal = PendingJournal::load(files, "state");
  REQUIRE(journal);
  return std::move(*journal);
}

std::vector<IntentId> intend(PendingJournal& journal, const std::vector<TestRequest>& requests,
                             base::Instant now = kStart) {
  const auto ids = journal.intend(requests, now);
  REQUIRE(ids);
  return *ids;
}

std::vector<std::string> sources_of(const std::vector<Uncertain>& uncertain) {
  std::vector<std::string> sources;
  for (const auto& each : uncertain) sources.push_back(each.request.source);
  return sources;
}

using Names = std::vector<std::string>;

}  // namespace

// migration 4.6.1
TEST_CASE("pending: without files nothing is pending, and nothing is written") {
  MemoryFileSystem files;

  const auto journal = loaded(files);

  CHECK(journal.loaded() == Pending{});
  CHECK(journal.uncertain().empty());
  CHECK(files.writes() == 0);
}

// migration 4.6.1
TEST_CASE("pending: after a crash what was sent is pending") {
  MemoryFileSystem files;
  {
    auto journal = loaded(files);
    journal.settle(intend(journal, {request("a"), request("b")}), Settled::sent);
    REQUIRE(journal.flush());
  }
  files.crash();

  const auto journal = loaded(files);

  CHECK(journal.loaded() == pending_of({"a", "b"}));
  CHECK(journal.uncertain().empty());
}

// migration 4.6.1
TEST_CASE("pending: after a crash an intent without more is uncertain, and pending") {
  MemoryFileSystem files;
  {
    auto journal = loaded(files);
    intend(journal, {request("a")});
  }
  files.crash();

  const auto journal = loaded(files);

  CHECK(journal.loaded() == pending_of({"a"}));
  CHECK(journal.uncertain() == std::vector<Uncertain>{{1, 1'700'000'000, request("a")}});
  CHECK(journal.is_uncertain(request("a")));
  CHECK_FALSE(journal.is_uncertain(request("b")));
}

// migration 4.6.1
TEST_CASE("pending: what the queue refused is not pending") {
  MemoryFileSystem files;
  {
    auto journal = loaded(files);
    journal.settle(intend(journal, {request("a")}), Settled::unsent);
    REQUIRE(journal.flush());
  }

  CHECK(loaded(files).loaded() == Pending{});
}

// migration 4.6.1
TEST_CASE("pending: a batch costs one write, which notes the batch before it") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  const std::vector<TestRequest> batch = {request("a"), request("b"), request("c")};
  journal.settle(intend(journal, batch), Settled::sent);
  const int before = files.writes();

  intend(journal, {request("d")});

  CHECK(before == 1);
  CHECK(files.writes() == 2);
  CHECK(sources_of(loaded(files).uncertain()) == Names{"d"});
}

// migration 4.6.1
TEST_CASE("pending: a torn tail costs only the tail, at whatever byte it is torn") {
  MemoryFileSystem files;
  {
    auto journal = loaded(files);
    journal.settle(intend(journal, {request("a")}), Settled::sent);
    intend(journal, {request("b")});
  }
  const auto whole = files.read(kJournal).value();
  const auto first = whole.find('\n') + 1;

  for (auto size = first; size < whole.size(); ++size) {
    MemoryFileSystem torn;
    torn.put(kJournal, std::string_view(whole).substr(0, size));
    auto journal = loaded(torn);
    CAPTURE(size);
    CHECK(journal.loaded() == pending_of({"a"}));  // b was not sent: its intent is not on disk

    journal.settle(intend(journal, {request("c")}), Settled::sent);
    REQUIRE(journal.flush());
    CHECK(loaded(torn).loaded() == pending_of({"a", "c"}));
  }
}

TEST_CASE("pending: a torn record is told, once the file is cleaned no more") {
  MemoryFileSystem files;
  files.put(kJournal, "12345678 {\"inte");
  auto journal = loaded(files);

  const auto messages = journal.take_messages();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].text == kJournal + ", line 1: the last record is torn by a crash, ignored");

  REQUIRE(journal.checkpoint({}));
  CHECK_FALSE(files.exists(kJournal));
  CHECK(loaded(files).take_messages().empty());
}

TEST_CASE("pending: a damaged record in the middle costs itself") {
  MemoryFileSystem files;
  auto text = record_text(IntentRecord{1, 5, request("a")}) +
              record_text(IntentRecord{2, 5, request("b")}) + record_text(SettledRecord{{}, {2}});
  text[text.find("source\": \"a") + 10] = 'x';
  files.put(kJournal, text);

  auto journal = loaded(files);

  CHECK(journal.loaded() == pending_of({"b"}));
  CHECK(journal.take_messages().size() == 1);
}

// migration 4.6.1
TEST_CASE("pending: a pending file that is no JSON stops the run") {
  MemoryFileSystem files;
  files.put(kJson, "{\"green/2\": ");

  const auto journal = PendingJournal::load(files, "state");

  REQUIRE_FALSE(journal);
  CHECK(journal.error().kind == base::ErrorKind::corrupt);
  CHECK(journal.error().text().contains(kJson));
}

// migration 4.6.1
TEST_CASE("pending: a checkpoint leaves the peers' file and no journal") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  journal.settle(intend(journal, {request("a")}), Settled::sent);

  REQUIRE(journal.checkpoint(pending_of({"a"})));

  CHECK(files.list("state").value() == Names{"autopkgtest-pending.json"});
  CHECK(adt::parse_pending(files.read(kJson).value())->pending == pending_of({"a"}));
}

// migration 4.6.1
TEST_CASE("pending: a checkpoint keeps what is uncertain") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  const auto ids = intend(journal, {request("a"), request("b"), request("c")});
  journal.settle(std::vector{ids[0]}, Settled::sent);

  REQUIRE(journal.checkpoint(pending_of({"a", "b"})));  // c got its result meanwhile

  const auto again = loaded(files);
  CHECK(again.loaded() == pending_of({"a", "b"}));
  CHECK(sources_of(again.uncertain()) == Names{"b"});
}

// migration 4.6.1
TEST_CASE("pending: a crash within a checkpoint loses nothing and brings nothing back") {
  for (int writes = 0; writes <= 3; ++writes) {
    MemoryFileSystem files;
    auto journal = loaded(files);
    const auto ids = intend(journal, {request("a"), request("b"), request("c")});
    journal.settle(std::vector{ids[0], ids[1]}, Settled::sent);
    files.fill_up_at(writes + 1);
    const bool whole = journal.checkpoint(pending_of({"b", "c"})).has_value();  // a has a result

    files.crash();
    const auto again = loaded(files);
    CAPTURE(writes);
    CHECK(whole == (writes >= 3));
    // Until the file is replaced the result of a is not in the peers' cache either.
    const bool file_replaced = writes >= 2;
    CHECK(again.loaded() == pending_of(file_replaced ? Names{"b", "c"} : Names{"a", "b", "c"}));
    CHECK(sources_of(again.uncertain()).back() == "c");
  }
}

// migration 4.6.1
TEST_CASE("pending: what another program took out of the file after a checkpoint stays out") {
  MemoryFileSystem files;
  {
    auto journal = loaded(files);
    intend(journal, {request("a"), request("b")});
    REQUIRE(journal.checkpoint(pending_of({"a", "b"})));
  }
  files.put(kJson, adt::render_pending(pending_of({"b"})));

  const auto journal = loaded(files);

  CHECK(journal.loaded() == pending_of({"b"}));
  CHECK(sources_of(journal.uncertain()) == Names{"b"});
}

// migration 4.6.1
TEST_CASE("pending: uncertain requests are due again after the time, if nobody answered") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  intend(journal, {request("a"), request("b")});
  intend(journal, {request("c")}, kStart + std::chrono::minutes(1));
  const auto pending = pending_of({"b", "c"});  // a has its result

  CHECK(journal.due_again(pending, kStart + kResendAfter - std::chrono::seconds(1), kResendAfter)
            .empty());
  CHECK(sources_of(journal.due_again(pending, kStart + kResendAfter, kResendAfter)) == Names{"b"});
}

// migration 4.6.1
TEST_CASE("pending: the time of a repeated request counts from the last attempt") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  intend(journal, {request("a")});
  intend(journal, {request("a")}, kStart + kResendAfter);

  const auto again = loaded(files);
  CHECK(again.due_again(pending_of({"a"}), kStart + kResendAfter, kResendAfter).empty());
  CHECK(again.due_again(pending_of({"a"}), kStart + 2 * kResendAfter, kResendAfter).size() == 1);
}

// migration 4.6.1
TEST_CASE("pending: a repetition that fails says nothing about the first attempt") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  intend(journal, {request("a")});
  journal.settle(intend(journal, {request("a")}, kStart + kResendAfter), Settled::unsent);
  REQUIRE(journal.flush());

  CHECK(journal.is_uncertain(request("a")));
  CHECK(loaded(files).loaded() == pending_of({"a"}));
}

// migration 4.6.1
TEST_CASE("pending: a repetition that arrives settles the first attempt too") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  intend(journal, {request("a")});
  journal.settle(intend(journal, {request("a")}, kStart + kResendAfter), Settled::sent);
  REQUIRE(journal.flush());

  const auto again = loaded(files);
  CHECK(again.uncertain().empty());
  CHECK(again.loaded() == pending_of({"a"}));
}

TEST_CASE("pending: on a full disk nothing may be sent, and nothing is thought to be") {
  MemoryFileSystem files;
  auto journal = loaded(files);
  files.fill_up_at(1);

  const auto ids = journal.intend(std::vector{request("a")}, kStart);

  REQUIRE_FALSE(ids);
  CHECK(ids.error().kind == base::ErrorKind::unavailable);
  CHECK(journal.uncertain().empty());
}

TEST_CASE("pending: records of every kind are read as they were written") {
  const std::vector<JournalRecord> records = {
      IntentRecord{7, 9, request("a")}, IntentRecord{8, 9, request("b"), true, 4711},
      SettledRecord{Settled::unsent, {7}}, CheckpointRecord{"abc"}};
  std::string text;
  for (const auto& each : records) text += record_text(each);

  std::vector<JournalRecord> read;
  LineNotes notes("F", base::Level::warning);
  read_journal(text, notes, [&](JournalRecord record) { read.push_back(std::move(record)); });

  CHECK((read == records));
  CHECK(notes.take().empty());
}

// migration 4.6.1
TEST_CASE("pending: two runs at once on a state directory: the second says so") {
  MemoryFileSystem files;
  auto first = lock_state_directory(files, "state");
  REQUIRE(first);

  const auto second = lock_state_directory(files, "state");
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == base::ErrorKind::conflict);
  CHECK(second.error().what.contains("another run works on state"));

  first->reset();
  CHECK(lock_state_directory(files, "state"));
}

}  // namespace sluice::britney
