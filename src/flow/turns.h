// Turns: a thread that does one thing again and again, and waits as long between as that says.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace sluice::flow {

class Turns {
 public:
  // Answers how long to wait before the next.
  using Turn = std::function<std::chrono::milliseconds()>;

  Turns() = default;
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  ~Turns() { stop(); }

  void start(Turn turn);
  // Ends a wait; a turn that goes on is ended by itself.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace sluice::flow
