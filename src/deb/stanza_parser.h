// One index paragraph -> one record. Source: migration 2.2, 2.3, 2.4. Fields that no rule reads are
// skipped unlooked at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deb/package.h"
#include "deb/snapshot.h"
#include "deb/snapshot_builder.h"

namespace sluice::deb {

// Appends the record's clauses to the snapshot's pool. Repairs (a malformed clause, an unusable
// Provides entry) are reported as problems without their place. Errors: invalid (no Package, no
// Version, no Architecture).
base::Result<BinaryPackage> parse_binary_stanza(std::string_view stanza, Snapshot& snapshot,
                                                std::vector<Problem>& problems);

// Nothing if the paragraph is to be skipped (`Extra-Source-Only: yes`).
base::Result<std::optional<SourcePackage>> parse_source_stanza(std::string_view stanza,
                                                               BuildRelations build_relations,
                                                               Symbols& symbols);

// Every ` <...>` part removed: "Jo Doe <jo@x.example>" -> "Jo Doe".
std::string maintainer_name(std::string_view field);

// Ubuntu's area of a source, from its section (migration 2.3).
Component component_of_section(std::string_view section);

}  // namespace sluice::deb
