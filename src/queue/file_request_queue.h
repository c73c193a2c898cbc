// A file as the queue of test requests (`ADT_AMQP = file:///path`), one request a line, only ever
// appended to. Format: docs/formats/requests.md. Source: migration 4.6.6.
#pragma once

#include <string>
#include <utility>

#include "queue/request_queue.h"
#include "sys/files.h"

namespace sluice::queue {

class FileRequestQueue final : public RequestQueue {
 public:
  FileRequestQueue(sys::FileSystem& files, std::string path)
      : files_(files), path_(std::move(path)) {}

  // All in one write and one sync. If that fails some of the lines may be there: the file is asked,
  // and if it does not answer the outcome is unconfirmed for all. A line that a crash left
  // unfinished gets an end first.
  std::vector<SendOutcome> publish(std::span<const adt::TestRequest> requests) override;

  // The file itself tells what a crash left in doubt, so only the time between two syncs counts.
  std::size_t batch_max() const override { return 5000; }

  // Reads the whole file once. If a crash left the last line unfinished and it is the beginning of
  // one of these requests, it is finished.
  base::Result<std::vector<SendState>> look_for(std::span<const adt::TestRequest> requests,
                                                std::span<const std::int64_t> behind = {}) override;
  std::int64_t position() override;

 private:
  sys::FileSystem& files_;
  std::string path_;
};

}  // namespace sluice::queue
