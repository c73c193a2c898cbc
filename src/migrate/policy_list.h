// The policies of migration 4.5 and 4.8, one file each: policy_<id>.cc. Internal to policies.cc and
// to tests; everybody else asks policies_of().
#pragma once

#include "migrate/policies.h"

namespace sluice::migrate {

Verdict depends_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch);        // 4.5.1
Verdict rc_bugs_ubuntu(PolicyRun& run, Excuse& excuse);                         // 4.5.2
Verdict rc_bugs_debian(PolicyRun& run, Excuse& excuse);                         // 4.5.2, 4.8
Verdict piuparts_on_source(PolicyRun& run, Excuse& excuse);                     // 4.5.3
Verdict autopkgtest_on_source(PolicyRun& run, Excuse& excuse);                  // 4.6, 4.8
Verdict age_ubuntu(PolicyRun& run, Excuse& excuse);                             // 4.5.4
Verdict age_debian(PolicyRun& run, Excuse& excuse);                             // 4.5.4, 4.8
Verdict build_depends_on_source(PolicyRun& run, Excuse& excuse);                // 4.5.5
Verdict block_on_source(PolicyRun& run, Excuse& excuse);                        // 4.5.6
Verdict block_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch);          // 4.5.6
Verdict implicit_deps_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch);  // 4.5.7
Verdict builtonbuildd_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch);  // 4.5.8
Verdict block_bugs_on_source(PolicyRun& run, Excuse& excuse);                   // 4.5.9
Verdict update_excuse_on_source(PolicyRun& run, Excuse& excuse);                // 4.5.10
Verdict source_ppa_on_source(PolicyRun& run, Excuse& excuse);                   // 4.5.11
Verdict linux_on_source(PolicyRun& run, Excuse& excuse);                        // 4.5.12
Verdict built_using_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch);    // 4.8

// Results and pending tests as the run begins; before the first item, if the policy is enabled.
void begin_autopkgtest(PolicyRun& run);

}  // namespace sluice::migrate
