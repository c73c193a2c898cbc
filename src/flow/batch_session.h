// BatchSession: the hint tester's side of a batch run. Source: migration 8.9.
#pragma once

#include "flow/batch_run.h"

namespace sluice::flow {

class BatchSession final : public HintSession {
 public:
  explicit BatchSession(BatchRun& run) : run_(run) {}

  base::Result<std::vector<std::string>> apply(std::string_view hint_line) override;
  std::vector<std::string> complete_item(std::string_view prefix) override;

 private:
  std::vector<std::string> execute(const migrate::Hint& hint);
  std::vector<std::string> add(std::string_view line);
  void forget_moved();

  BatchRun& run_;
  std::string added_;                 // hints so far, `;` separated
  std::vector<migrate::Item> moved_;  // by easy, hint and force-hint hints of this session
};

}  // namespace sluice::flow
