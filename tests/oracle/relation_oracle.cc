// Relations and build relations against apt's parser, on random clauses. Prints the number of
// cases; exits 1 at the first difference. Source: migration 3.3.
#include <apt-pkg/configuration.h>
#include <apt-pkg/deblistparser.h>
#include <apt-pkg/init.h>
#include <apt-pkg/pkgcache.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "deb/build_relation.h"
#include "deb/relation.h"
#include "support/rounds.h"

namespace {

using Random = std::mt19937_64;
using sluice::deb::Symbols;

std::size_t below_limit(Random& random, std::size_t limit) { return random() % limit; }

std::string pick_text(Random& random, std::initializer_list<std::string_view> choices) {
  return std::string(choices.begin()[below_limit(random, choices.size())]);
}

std::string blank(Random& random) { return pick_text(random, {"", "", " ", " ", "  ", "\n "}); }

// Versions of two characters at least: apt refuses `(<1)` at the end of a field.
std::string constraint(Random& random) {
  if (below_limit(random, 2) == 0) return "";
  return blank(random) + "(" + blank(random) +
         pick_text(random, {">=", "<=", "<<", ">>", "=", "<", ">"}) + blank(random) +
         pick_text(random, {"10", "1:2-3", "2~rc1", "1.0+dfsg-1"}) + blank(random) + ")";
}

std::string name(Random& random) {
  return pick_text(random, {"a", "libfoo1", "g++-12", "python3.11", "libc6-dev"});
}

std::string alternative(Random& random) {
  return name(random) + pick_text(random, {"", "", "", ":any", ":native"}) + constraint(random);
}

// Not `any-arm`: apt does not count armhf and armel to it, but dpkg does, and so do we.
std::string restrictions(Random& random) {
  std::string out;
  if (below_limit(random, 3) == 0)
    out += " [" +
           pick_text(random, {"amd64", "!amd64", "arm64", "!arm64 !i386", "amd64 i386", "linux-any",
                              "!linux-any", "any-amd64", "any-i386", "kfreebsd-any", "any",
                              "hurd-any amd64", "!kfreebsd-any"}) +
           "]";
  for (auto n = below_limit(random, 3); n > 0; --n)
    out += " <" +
           pick_text(random, {"!nocheck", "nocheck", "cross", "!cross !stage1", "!cross stage1"}) +
           ">";
  return out;
}

std::string build_alternative(Random& random) { return alternative(random) + restrictions(random); }

std::string joined(Random& random, std::string (*make)(Random&)) {
  auto out = make(random);
  for (auto n = below_limit(random, 3); n > 0; --n)
    out += blank(random) + "|" + blank(random) + make(random);
  return out;
}

std::string_view op_text(unsigned int op) {
  switch (op & 0x0f) {
    case pkgCache::Dep::LessEq: return "<=";
    case pkgCache::Dep::GreaterEq: return ">=";
    case pkgCache::Dep::Less: return "<<";
    case pkgCache::Dep::Greater: return ">>";
    case pkgCache::Dep::Equals: return "=";
    default: return "";
  }
}

std::string print(std::string_view package, std::string_view op, std::string_view version) {
  std::string out(package);
  if (!op.empty()) ((((out += " (") += op) += ' ') += version) += ')';
  return out;
}

enum class Restrictions { none, evaluated };

// "a:any (>= 1) | b" as apt reads it; alternatives that restrictions drop are left out.
std::string apts(const std::string& text, Restrictions restrictions, const std::string& arch) {
  std::string out;
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool evaluated = restrictions == Restrictions::evaluated;
  while (at != end) {
    std::string package, version;
    unsigned int op = 0;
    at = debListParser::ParseDepends(at, end, package, version, op, evaluated, false, evaluated,
                                     arch);
    if (at == nullptr) return "error";
    if (package.empty()) continue;
    if (!out.empty()) out += " | ";
    out += print(package, op_text(op), version);
  }
  return out;
}

std::string our_relations(const std::string& text) {
  Symbols symbols;
  const auto atoms = sluice::deb::parse_clause(text, symbols);
  return atoms ? sluice::deb::text_of(*atoms, symbols) : "error";
}

std::string ours_on(const std::string& text, const std::string& arch) {
  const auto atoms = sluice::deb::parse_build_clause(text);
  if (!atoms) return "error";
  std::string out;
  for (const auto& atom : *atoms) {
    if (!sluice::deb::applies(atom, arch)) continue;
    if (!out.empty()) out += " | ";
    const auto package = atom.qualifier.empty() ? atom.name : atom.name + ":" + atom.qualifier;
    out += print(package, sluice::deb::text_of(atom.op), atom.version);
  }
  return out;
}

bool same(const std::string& text, const std::string& theirs, const std::string& mine) {
  if (theirs == mine) return true;
  std::printf("'%s': apt reads '%s', we read '%s'\n", text.c_str(), theirs.c_str(), mine.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const auto seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1ULL;
  const auto cases = sluice::test::rounds(std::size_t{200'000});  // about two seconds
  pkgInitConfig(*_config);
  Random random(seed);
  for (std::size_t i = 0; i < cases; ++i) {
    const auto text = joined(random, alternative);
    if (!same(text, apts(text, Restrictions::none, "amd64"), our_relations(text))) return 1;
  }
  for (std::size_t i = 0; i < cases; ++i) {
    const auto text = joined(random, build_alternative);
    const auto arch = pick_text(random, {"amd64", "i386", "arm64", "armhf"});
    if (!same(text + " on " + arch, apts(text, Restrictions::evaluated, arch), ours_on(text, arch)))
      return 1;
  }
  std::printf("relations: %zu cases equal to apt (seed %llu)\n", 2 * cases, seed);
}
