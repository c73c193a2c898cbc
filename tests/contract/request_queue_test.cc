// The contract of request queues, asked of the file (on disk and in memory) and of the keeper of a
// grid. The real RabbitMQ: real_rabbitmq_test.cc.
//
// covers: file_request_queue.cc local_grid.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "base/text.h"
#include "contract/request_queue_contract.h"
#include "flow/local_grid.h"
#include "queue/file_request_queue.h"
#include "store/job_rows.h"
#include "support/memory_files.h"
#include "support/served_grid.h"

namespace sluice {
namespace {

std::string text_of(const adt::RequestMessage& message) {
  auto text = message.package;
  for (const auto* words : {&message.triggers, &message.ppas})
    if (!words->empty()) text += " " + base::join(*words, " ");
  return text;
}

// A file of requests that was written by `files`.
std::vector<std::string> lines_of(sys::FileSystem& files, const std::string& path) {
  const auto bytes = files.read(path);
  std::vector<std::string> all;
  if (!bytes) return all;
  for (const auto line : base::split(base::trim(*bytes), '\n')) {
    const auto colon = line.find(':');
    REQUIRE(colon != std::string_view::npos);
    all.push_back(text_of(adt::parse_message(line.substr(colon + 1)).value()));
  }
  return all;
}

class FileWorld : public test::RequestWorld {
 public:
  FileWorld(sys::FileSystem& files, std::string path)
      : files_(files), path_(std::move(path)), queue_(files, path_), later_(files, path_) {}

  test::RequestTraits traits() const override { return {.knows_queues = false}; }
  queue::RequestQueue& queue() override { return queue_; }
  queue::RequestQueue& later() override { return later_; }
  std::vector<std::string> arrived() override { return lines_of(files_, path_); }
  // Somebody put a directory there.
  bool be_gone() override {
    REQUIRE(files_.remove(path_));
    REQUIRE(files_.create_directories(path_ + "/x"));
    return true;
  }

 private:
  sys::FileSystem& files_;
  std::string path_;
  queue::FileRequestQueue queue_, later_;
};

struct Disk {
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() { std::filesystem::remove_all(root); }
  static std::string new_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
  std::string root = new_directory();
};

struct RequestsOnDisk : private Disk, public FileWorld {
  RequestsOnDisk() : FileWorld(*files, root + "/requests") {}
};

struct Memory {
  test::MemoryFileSystem files;
};

struct RequestsInMemory : private Memory, public FileWorld {
  RequestsInMemory() : FileWorld(files, "/state/requests") {}
};

class OnKeeper final : public test::RequestWorld {
 public:
  test::RequestTraits traits() const override { return {.merges = true}; }
  queue::RequestQueue& queue() override { return queue_; }
  queue::RequestQueue& later() override { return later_; }
  std::vector<std::string> arrived() override {
    std::promise<std::vector<adt::Job>> jobs;
    grid_.keeper().post([&](flow::JobDesk& desk, base::Instant) {
      jobs.set_value(store::list_jobs(desk.db(), {}).value());
      return [](const base::Result<void>&) {};
    });
    std::vector<std::string> all;
    for (const auto& job : jobs.get_future().get()) all.push_back(text_of(job.request));
    return all;
  }
  bool be_gone() override { return false; }

 private:
  test::ServedGrid grid_;
  flow::LocalRequestQueue queue_{grid_.keeper()}, later_{grid_.keeper()};
};

}  // namespace

// migration 4.6.6
TEST_CASE_TEMPLATE("request queue: every promise is kept", World, RequestsOnDisk, RequestsInMemory,
                   OnKeeper) {
  for (const auto& promise : test::request_queue_promises()) {
    INFO(std::string(promise.name));
    World world;
    promise.check(world);
  }
}

}  // namespace sluice
