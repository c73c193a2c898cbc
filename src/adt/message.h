// RequestMessage: one request for a test run with all that a producer can say, and its texts.
// Reading is lenient, writing strict. Source: autopkgtest 1.1, 1.6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::adt {

struct RequestMessage {
  std::string package;
  std::vector<std::string> triggers;  // "source/version"; the first is the primary one
  std::vector<std::string> ppas;      // in the order of apt sources; the last names the container
  std::vector<std::string> env;       // "NAME=value"
  std::string test_git, build_git, test_bzr;  // at most one of them
  bool all_proposed = false;
  std::string testname;  // "" is all tests
  std::string requester, submit_time, uuid;
  std::vector<std::string> readable_by;
  std::string swiftuser;
  // "SUITE=what", debci's: which suite a package or `src:` comes from; sorted.
  std::vector<std::pair<std::string, std::vector<std::string>>> pins;

  // A run with credentials in a PPA, or with readers: its parameters and log are nobody else's.
  bool is_private() const;
  // Whether a run of `source` is a run of this request. One of git or bzr with a PPA names what it
  // likes (upstreams call theirs "systemd-upstream"), and lies where no gate looks; any other is
  // taken for a run of its package. Source: autopkgtest 3, 5.4.
  bool is_of_source(std::string_view source) const;
  friend bool operator==(const RequestMessage&, const RequestMessage&) = default;
};

// Where a queue's tests run.
struct QueueName {
  std::string context;  // "" (the distribution's), "huge", "ppa", "upstream"
  std::string release, arch;

  std::string text() const;  // "debci-huge-noble-amd64"
  friend auto operator<=>(const QueueName&, const QueueName&) = default;
};

// Three or four fields between "-", the first any word. Errors: invalid.
base::Result<QueueName> parse_queue_name(std::string_view text);

// `PACKAGE\nJSON`; white space of any kind may separate the two, the JSON may be missing, and
// unknown keys are passed over. Errors: invalid (names the key).
base::Result<RequestMessage> parse_message(std::string_view body);
// The same from the JSON object.
base::Result<RequestMessage> read_message(std::string_view package, const codec::Value& json);
// What was taken in already: a row, a lease. What is refused of new requests only is read, too, or
// a state of an older program could not be. `json`: the object, "" for an empty one.
base::Result<RequestMessage> parse_message(std::string_view package, std::string_view json);

// The parameters of a message: its JSON object as a value.
codec::Map params_of(const RequestMessage& message);
// The JSON object of a message: the peers' keys alone, those without value left out.
std::string message_json(const RequestMessage& message);
// `PACKAGE\nJSON`.
std::string message_body(const RequestMessage& message);

// SHA-256 (hex) of what makes two requests the same run: all but requester, submit time, uuid and
// readers; lists that have no order are sorted. Source: testgrid 6.5 (item 1).
std::string request_key(const RequestMessage& message, const QueueName& queue);

}  // namespace sluice::adt
