// Coverage: how often each fault and each transition of a job happened, over all seeds of a run. A
// simulation in which a fault never strikes proves nothing about it. Source: architecture 10.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sim {

class Coverage {
 public:
  void hit(std::string_view tag) { ++counts_[std::string(tag)]; }
  std::int64_t count(std::string_view tag) const;
  void add(const Coverage& other);

  // Those of `tags` that were never hit.
  std::vector<std::string> missing(std::span<const std::string_view> tags) const;
  // A line for each tag, sorted.
  std::string text() const;

 private:
  std::map<std::string, std::int64_t> counts_;
};

// What every run of the whole seed set must have hit. T2 is not among them: nothing in the program
// excludes a job yet (there are no selectors), and an accepted job is queued in its first row.
std::span<const std::string_view> expected_tags();

}  // namespace sluice::sim
