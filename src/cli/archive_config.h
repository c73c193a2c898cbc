// The britney.conf that `sluice archive-run` writes: what is known of an archive from its indexes
// alone. Ages, bugs, hints and test results are not in them, so the policies about these are
// neutral.
#pragma once

#include <string>
#include <vector>

#include "migrate/rules.h"

namespace sluice::cli {

struct ArchiveRunLayout {
  std::string
      directory;  // outputs go to DIR/output, state to DIR/state, hints are read in DIR/hints
  std::string target_directory, source_directory;
  std::vector<std::string> architectures;  // not empty
  migrate::RuleSet rules = migrate::RuleSet::debian;
};

std::string archive_run_config(const ArchiveRunLayout& layout);

}  // namespace sluice::cli
