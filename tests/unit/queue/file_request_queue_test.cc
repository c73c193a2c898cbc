#include "queue/file_request_queue.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/memory_files.h"

namespace sluice::queue {
namespace {

using adt::TestRequest;
using States = std::vector<SendState>;

const std::string kFile = "out/requests";

TestRequest request(const std::string& source) {
  return {.queue = "debci-testing-amd64",
          .source = source,
          .arch = "amd64",
          .triggers = {"lightgreen/2", "green/2"},
          .ppas = {},
          .submit_time = "2026-01-02 03:04:05"};
}

const std::vector<TestRequest> kTwo = {request("lightgreen"), request("darkgreen")};
const std::string kTwoLines = adt::request_line(kTwo[0]) + adt::request_line(kTwo[1]);

}  // namespace

// migration 4.6.6
TEST_CASE("file queue: a line for each request, all in one write") {
  test::MemoryFileSystem files;
  FileRequestQueue queue(files, kFile);

  const auto outcomes = queue.publish(kTwo);

  CHECK(outcomes == std::vector<SendOutcome>(2, {SendState::confirmed, ""}));
  CHECK(
      files.read(kFile).value() ==
      R"(debci-testing-amd64:lightgreen {"triggers": ["lightgreen/2 green/2"], "submit-time": "2026-01-02 03:04:05"})"
      "\n"
      R"(debci-testing-amd64:darkgreen {"triggers": ["lightgreen/2 green/2"], "submit-time": "2026-01-02 03:04:05"})"
      "\n");
  CHECK(files.writes() == 1);
}

// migration 0
TEST_CASE("file queue: what is in the file stays there") {
  test::MemoryFileSystem files;
  files.put(kFile, "older\n");
  FileRequestQueue queue(files, kFile);

  queue.publish(kTwo);

  CHECK(files.read(kFile).value() == "older\n" + kTwoLines);
}

TEST_CASE("file queue: nothing to send writes nothing") {
  test::MemoryFileSystem files;

  CHECK(FileRequestQueue(files, kFile).publish({}).empty());
  CHECK_FALSE(files.exists(kFile));
}

// migration 4.6.1: a peer that comes next would take for sent what stays pending
TEST_CASE("file queue: after a failed write the file tells what arrived") {
  test::MemoryFileSystem files;
  FileRequestQueue queue(files, kFile);
  queue.publish(std::span(&kTwo[0], 1));
  files.fill_up_at(1);

  const auto outcomes = queue.publish(kTwo);

  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].state == SendState::not_sent);
  CHECK(outcomes[1].state == SendState::not_sent);
  CHECK(outcomes[1].why.contains("No space left"));
}

TEST_CASE("file queue: what cannot be a file is not sent") {
  test::MemoryFileSystem files;
  (void)files.create_directories(kFile);

  CHECK(FileRequestQueue(files, kFile).publish(kTwo)[0].state == SendState::not_sent);
}

// migration 4.6.1
TEST_CASE("file queue: a request counts as sent if its line is in the file") {
  test::MemoryFileSystem files;
  FileRequestQueue queue(files, kFile);
  queue.publish(std::vector{request("darkgreen")});

  CHECK(queue.look_for(kTwo).value() == States{SendState::not_sent, SendState::confirmed});
}

// migration 4.6.1: the same request was sent, and answered, at another time
TEST_CASE("file queue: a line that was there before is no word of a later request") {
  test::MemoryFileSystem files;
  FileRequestQueue queue(files, kFile);
  queue.publish(kTwo);
  const auto before = queue.position();
  CHECK(before == static_cast<std::int64_t>(kTwoLines.size()));
  CHECK(queue.look_for(kTwo, std::vector{before, before}).value() ==
        States(2, SendState::not_sent));

  queue.publish(std::span(&kTwo[1], 1));
  CHECK(queue.look_for(kTwo, std::vector{before, before}).value() ==
        States{SendState::not_sent, SendState::confirmed});
  // Who reads the file takes away what it has read: then all that is there may be it.
  files.put(kFile, adt::request_line(kTwo[0]));
  CHECK(queue.look_for(kTwo, std::vector{before, before}).value() ==
        States{SendState::confirmed, SendState::not_sent});
  // What somebody left unfinished before is not ours to finish.
  const auto line = adt::request_line(kTwo[0]);
  const std::string_view half(line.data(), line.size() / 2);
  files.put(kFile, half);
  const auto behind = static_cast<std::int64_t>(half.size());
  CHECK(queue.look_for(kTwo, std::vector{behind, behind}).value() ==
        States(2, SendState::not_sent));
}

// migration 4.6.1
TEST_CASE("file queue: without a file nothing was sent") {
  test::MemoryFileSystem files;

  CHECK(FileRequestQueue(files, kFile).look_for(kTwo).value() == States(2, SendState::not_sent));
}

// migration 4.6.1
TEST_CASE("file queue: torn at whatever byte, the file gets every request once") {
  for (std::size_t size = 0; size <= kTwoLines.size(); ++size) {
    CAPTURE(size);
    test::MemoryFileSystem files;
    files.put(kFile, std::string_view(kTwoLines).substr(0, size));
    FileRequestQueue queue(files, kFile);

    const auto states = queue.look_for(kTwo);
    REQUIRE(states);
    for (std::size_t i = 0; i < kTwo.size(); ++i)
      if ((*states)[i] == SendState::not_sent) queue.publish(std::span(&kTwo[i], 1));

    const auto text = files.read(kFile).value();
    const bool other_order = text == adt::request_line(kTwo[1]) + adt::request_line(kTwo[0]);
    CHECK((text == kTwoLines || other_order));
  }
}

// migration 4.6.1
TEST_CASE("file queue: an unfinished line of somebody else gets an end of its own") {
  test::MemoryFileSystem files;
  files.put(kFile, "debci-x-amd64:other {\"tri");
  FileRequestQueue queue(files, kFile);

  CHECK(queue.look_for(kTwo).value() == States(2, SendState::not_sent));
  queue.publish(kTwo);

  CHECK(files.read(kFile).value() == "debci-x-amd64:other {\"tri\n" + kTwoLines);
}

}  // namespace sluice::queue
