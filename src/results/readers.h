// Readers as Swift writes them into X-Container-Read. Source: autopkgtest 2.7, 3.
#pragma once

#include <string>
#include <string_view>

#include "results/result_store.h"

namespace sluice::results {

// ".rlistings,.r:*", "*:USER", or "" for nobody but the owner.
std::string text_of(const Readers& readers);

// Of a rule that says more, as much as we can say without letting anybody in whom it does not:
// everybody only if they may both read and list, and of several users the first.
Readers parse_readers(std::string_view text);

// Whether what `wanted` may read can lie in a container that `there` may read: for everybody it can
// in each, for one user only where nobody else reads. Errors: conflict. Source: testgrid 7.5 (A19).
base::Result<void> check_admits(const Readers& there, const Readers& wanted,
                                std::string_view container);

// A user whose name the text can hold. Errors: invalid.
base::Result<void> check_readers(const Readers& readers);

}  // namespace sluice::results
