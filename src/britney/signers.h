// signers.json: who uploaded which binary. Format: migration 2.5.
#pragma once

#include <string>
#include <string_view>

#include "britney/message.h"
#include "migrate/facts.h"

namespace sluice::britney {

// binary -> version -> real architecture -> signer
using SignerFacts = migrate::ByName<migrate::ByName<migrate::ByName<migrate::Signer>>>;

// Nothing is known, with an error message, from a text that is no JSON map; a record of another
// form costs that record.
Read<SignerFacts> parse_signers(std::string_view text, const std::string& file);

}  // namespace sluice::britney
