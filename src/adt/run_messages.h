// What the grid tells all who listen of its runs: while they go on, and once at their end. Source:
// autopkgtest 1.2, 1.3.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "adt/attempt.h"
#include "adt/message.h"
#include "base/result.h"

namespace sluice::adt {

enum class RunState : std::uint8_t { running, ended };

struct StatusMessage {
  QueueName queue;
  RequestMessage request;
  RunState state = RunState::running;
  std::chrono::seconds duration{0};
  std::string log_tail;  // UTF-8
};

// The body of a message to `teststatus.fanout`. Of private runs it tells neither package nor
// parameters nor log.
std::string status_body(const StatusMessage& status);

struct CompleteMessage {
  std::string release, arch, package;
  RunPlace place;
  std::string version;                // of the package, without its name; "unknown"
  std::vector<std::string> triggers;  // the first is the primary one
  std::string env;                    // "all-proposed=1,testname=x"
  std::string requester, uuid;        // "" without
  int exit_code = 0;
  std::chrono::seconds duration{0};

  friend bool operator==(const CompleteMessage&, const CompleteMessage&) = default;
};

// The body of a message to `testcomplete.fanout`.
std::string complete_body(const CompleteMessage& complete);
// Errors: invalid (names the key).
base::Result<CompleteMessage> parse_complete(std::string_view body);

CompleteMessage complete_of(const RequestMessage& request, const QueueName& queue,
                            const AttemptEnd& end);

// What may be told on `testcomplete.fanout`: a verdict that lies in the release's own container.
// A stock reader takes everything else for a failure. Source: decision 14.
bool is_announced(const QueueName& queue, const AttemptEnd& end);
// What counts of the messages of others: those of the release's own container that have triggers.
bool counts(const CompleteMessage& complete);

// "all-proposed=1,testname=x": what distinguishes runs beside their triggers.
std::string env_of(const RequestMessage& request);

}  // namespace sluice::adt
