// ResultsThread: answers requests for results of a store that is elsewhere in a thread of its own:
// the server has one, and must not wait for another machine. What comes while too many wait is told
// to come again. Source: autopkgtest 3, 5.1.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "sys/http_server.h"
#include "web/site.h"

namespace sluice::cli {

class ResultsThread {
 public:
  // Each may be some megabytes of answer; who waits behind more than these waits too long.
  static constexpr std::size_t kWaitingMax = 64;

  // `door` is this thread's alone.
  explicit ResultsThread(web::ResultsDoor door);
  ResultsThread(const ResultsThread&) = delete;
  ResultsThread& operator=(const ResultsThread&) = delete;
  ~ResultsThread();  // after the present answer; who waits gets none

  // From any thread; answers later, 503 if too many wait.
  void answer(sys::ServerRequest request, sys::HttpServer::Reply reply);

 private:
  void run();

  web::ResultsDoor door_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<sys::ServerRequest, sys::HttpServer::Reply>> waiting_;  // under mutex_
  bool stopping_ = false;                                                      // under mutex_
  std::thread thread_;
};

}  // namespace sluice::cli
