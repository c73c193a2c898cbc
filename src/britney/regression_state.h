// RegressionState: versions whose broken tests were told to the bugs they fix, the file
// sru_regress_inform_state. Format: migration 2.5.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "britney/message.h"
#include "migrate/facts.h"
#include "sys/files.h"

namespace sluice::britney {

// distribution -> series -> source -> version
using ToldRegressions = migrate::ByName<migrate::ByName<migrate::ByName<std::string>>>;

// Errors: corrupt, if the text is no such map at all. A damaged record costs itself and a message.
base::Result<Read<ToldRegressions>> parse_told_regressions(std::string_view text,
                                                           const std::string& file);
std::string told_regressions_text(const ToldRegressions& told);

// Of one distribution and series; the records of others are kept as they are.
class RegressionState {
 public:
  RegressionState(sys::FileSystem& files, const std::string& unstable_dir, std::string distribution,
                  std::string series);

  // Without a file nothing was told. Errors: the file cannot be read; then nobody may be told, for
  // it would be told again.
  base::Result<Messages> load();
  bool knows(std::string_view source, std::string_view version) const;

  // On disk when this returns.
  base::Result<void> note(const std::string& source, const std::string& version);
  // Forgets what `is_over` says of source and version; writes if there is such a thing.
  using Question = std::function<bool(const std::string& source, const std::string& version)>;
  base::Result<void> purge(const Question& is_over);

 private:
  base::Result<void> write();

  sys::FileSystem& files_;
  std::string path_, distribution_, series_;
  ToldRegressions told_;
};

}  // namespace sluice::britney
