// MemoryResultStore: a result store in memory that can be unreachable from some call on. Passes the
// contract of the real ones (tests/contract/result_store_test.cc).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "codec/digest.h"
#include "results/listing.h"
#include "results/object_names.h"
#include "results/readers.h"
#include "results/result_store.h"

namespace sluice::test {

class MemoryResultStore final : public results::ResultStore {
 public:
  // The Nth call from now (1 = the next) and all that follow find nobody; 0: from now on all work.
  void be_down_at(int nth) { calls_left_ = nth - 1; }
  int calls() const { return calls_; }
  // What happens while a put waits for the other machine: lets time pass, asks, and answers whether
  // the bytes arrived.
  std::function<bool(const results::GoOn& go_on)> on_put;

  // What becomes of an object that was put, and told to be there.
  enum class Kept : std::uint8_t { whole, lost, changed };
  std::function<Kept(const std::string& name)> keeps;

  base::Result<void> ensure_container(const std::string& container,
                                      const results::Readers& readers) override {
    if (auto up = call(); !up) return up;
    if (auto fine = results::check_container_name(container); !fine) return fine;
    if (auto fine = results::check_readers(readers); !fine) return fine;
    const auto [at, is_new] = containers_.try_emplace(container);
    if (is_new) at->second.readers = readers;
    return results::check_admits(at->second.readers, readers, container);
  }

  base::Result<void> put(const std::string& container, const std::string& name,
                         const results::Object& object) override {
    const auto at = find(container);
    if (!at) return std::unexpected(at.error());
    if (auto fine = results::check_object_name(name); !fine) return fine;
    if (on_put && !on_put(go_on_)) return base::fail(base::ErrorKind::unavailable, "stopped");
    auto stored = object;
    stored.head.size = object.bytes.size();
    stored.head.etag = codec::md5_hex(object.bytes);
    stored.head.modified_seconds = ++time_;
    const auto [place, is_new] = (*at)->objects.emplace(name, std::move(stored));
    if (!is_new && place->second.bytes != object.bytes)
      return base::fail(base::ErrorKind::conflict, "object " + name + " has other bytes");
    const auto kept = keeps ? keeps(name) : Kept::whole;
    if (kept == Kept::changed) change(place->second);
    if (kept == Kept::lost) (*at)->objects.erase(place);
    return {};
  }

  base::Result<results::Object> get(const std::string& container,
                                    const std::string& name) override {
    const auto at = find(container);
    if (!at) return std::unexpected(at.error());
    if (auto fine = results::check_object_name(name); !fine) return std::unexpected(fine.error());
    const auto object = (*at)->objects.find(name);
    if (object == (*at)->objects.end())
      return base::fail(base::ErrorKind::not_found, "no object " + name);
    return object->second;
  }

  base::Result<results::ObjectHead> head(const std::string& container,
                                         const std::string& name) override {
    auto object = get(container, name);
    if (!object) return std::unexpected(object.error());
    return object->head;
  }

  base::Result<void> remove(const std::string& container, const std::string& name) override {
    if (auto found = head(container, name); !found) return std::unexpected(found.error());
    containers_[container].objects.erase(name);
    return {};
  }

  base::Result<std::vector<results::ListEntry>> list(const std::string& container,
                                                     const results::ListAsk& ask) override {
    const auto at = find(container);
    if (!at) return std::unexpected(at.error());
    results::Listing listing(ask);
    for (const auto& [name, object] : (*at)->objects) {
      const auto appears = listing.appearance_of(name);
      if (appears == results::Appears::itself) listing.add(name, object.head);
      if (appears == results::Appears::in_directory) listing.add_directory_of(name);
    }
    return std::move(listing).take();
  }

  base::Result<std::vector<std::string>> containers() override {
    if (auto up = call(); !up) return std::unexpected(up.error());
    std::vector<std::string> names;
    for (const auto& [name, container] : containers_) names.push_back(name);
    return names;
  }

  base::Result<results::Readers> readers_of(const std::string& container) override {
    const auto at = find(container);
    if (!at) return std::unexpected(at.error());
    return (*at)->readers;
  }

  void ask_while_waiting(results::GoOn go_on) override { go_on_ = std::move(go_on); }
  bool asks_somebody() const { return go_on_ != nullptr; }

 private:
  struct Container {
    results::Readers readers;
    std::map<std::string, results::Object> objects;
  };

  static void change(results::Object& object) {
    object.bytes += "x";
    ++object.head.size;
    object.head.etag = codec::md5_hex(object.bytes);
  }

  base::Result<void> call() {
    ++calls_;
    if (calls_left_ == 0) return base::fail(base::ErrorKind::unavailable, "the store is down");
    if (calls_left_ > 0) --calls_left_;
    return {};
  }

  base::Result<Container*> find(const std::string& name) {
    if (auto up = call(); !up) return std::unexpected(up.error());
    if (auto fine = results::check_container_name(name); !fine)
      return std::unexpected(fine.error());
    const auto at = containers_.find(name);
    if (at == containers_.end())
      return base::fail(base::ErrorKind::not_found, "no container " + name);
    return &at->second;
  }

  std::map<std::string, Container> containers_;
  results::GoOn go_on_;
  std::int64_t time_ = 0;
  int calls_ = 0;
  int calls_left_ = -1;  // negative: no limit
};

}  // namespace sluice::test
