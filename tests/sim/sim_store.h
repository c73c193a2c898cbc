// SimStore: an object store on a machine of its own: what was put there can be read at once and is
// listed later, as with Swift's eventually consistent containers; now and then nobody answers.
#pragma once

#include <functional>
#include <string>

#include "sim/coverage.h"
#include "support/memory_result_store.h"

namespace sluice::sim {

class SimStore final : public results::ResultStore {
 public:
  // `later` runs what it is given after some time.
  using Later = std::function<void(std::function<void()>)>;
  SimStore(Coverage& coverage, Later later) : coverage_(coverage), later_(std::move(later)) {}

  bool is_down = false;

  base::Result<void> ensure_container(const std::string& container,
                                      const results::Readers& readers) override {
    if (is_down) return down();
    if (auto made = listed_.ensure_container(container, readers); !made) return made;
    return there_.ensure_container(container, readers);
  }
  base::Result<void> put(const std::string& container, const std::string& name,
                         const results::Object& object) override {
    if (is_down) return down();
    auto stored = there_.put(container, name, object);
    if (stored)
      later_([this, container, name, object] { (void)listed_.put(container, name, object); });
    return stored;
  }
  base::Result<results::Object> get(const std::string& container,
                                    const std::string& name) override {
    if (is_down) return down();
    return there_.get(container, name);
  }
  base::Result<results::ObjectHead> head(const std::string& container,
                                         const std::string& name) override {
    if (is_down) return down();
    return there_.head(container, name);
  }
  base::Result<void> remove(const std::string& container, const std::string& name) override {
    if (is_down) return down();
    (void)listed_.remove(container, name);
    return there_.remove(container, name);
  }
  base::Result<std::vector<results::ListEntry>> list(const std::string& container,
                                                     const results::ListAsk& ask) override {
    if (is_down) return down();
    auto listed = listed_.list(container, ask);
    const auto all = there_.list(container, ask);
    if (listed && all && listed->size() < all->size()) coverage_.hit("store: not listed yet");
    return listed;
  }
  base::Result<std::vector<std::string>> containers() override { return there_.containers(); }
  base::Result<results::Readers> readers_of(const std::string& container) override {
    return there_.readers_of(container);
  }

 private:
  std::unexpected<base::Error> down() {
    coverage_.hit("store: down");
    return base::fail(base::ErrorKind::unavailable, "the store is down");
  }

  Coverage& coverage_;
  Later later_;
  test::MemoryResultStore there_, listed_;
};

}  // namespace sluice::sim
