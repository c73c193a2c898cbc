// HostsSeen: which hosts workers were heard from lately, and for which queues they take work. It
// says whether avoiding some hosts leaves anybody to wait for. Memory of one server: it knows
// nothing at a start, and says so. Source: testgrid 1.5 (T9).
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string>

#include "adt/message.h"
#include "base/time.h"

namespace sluice::adt {

class HostsSeen {
 public:
  // A host that was silent for `window` is not waited for.
  HostsSeen(base::Instant since, std::chrono::seconds window) : since_(since), window_(window) {}

  // A worker there asked for work of these queues.
  void asked(const std::string& host, std::span<const QueueName> queues, base::Instant now);
  // A worker there said that its test still runs.
  void beat(const std::string& host, base::Instant now);

  // Whether a host that is not among `hosts` may take work of the queue: it asked for some, or only
  // ever told of its test; or so little time has passed since the start that any may come yet.
  bool others_than(std::span<const std::string> hosts, const QueueName& queue,
                   base::Instant now) const;

  // The clock was set by `step`.
  void shift(base::Instant::duration step);

  // By then every worker that lives has asked or told something: heartbeats come each 15 s, and who
  // is idle asks more often.
  static constexpr std::chrono::seconds kLearning{60};

 private:
  struct Host {
    base::Instant last{};
    std::set<QueueName> queues;  // empty: it has not asked yet
  };
  Host& heard(const std::string& host, base::Instant now);

  base::Instant since_;
  std::chrono::seconds window_;
  std::map<std::string, Host> hosts_;
};

}  // namespace sluice::adt
