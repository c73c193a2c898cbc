// Version order against apt and dpkg, on random and on real-looking versions. Prints the number of
// cases; exits 1 at the first difference. The seed is an argument and is printed.
// Source: migration 3.2.
#include <apt-pkg/debversion.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "deb/version.h"
#include "support/rounds.h"

namespace {

using Random = std::mt19937_64;

int sign(int value) { return (value > 0) - (value < 0); }

int our_order(const std::string& a, const std::string& b) {
  const auto order = sluice::deb::compare_versions(a, b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

std::string pick(Random& random, std::initializer_list<std::string_view> choices) {
  return std::string(choices.begin()[below(random, choices.size())]);
}

// Short and repetitive, so that versions agree for long and differ late.
std::string part(Random& random, std::string_view alphabet, std::size_t longest) {
  std::string out;
  for (auto n = below(random, longest + 1); n > 0; --n)
    out += alphabet[below(random, alphabet.size())];
  return out;
}

std::string number(Random& random) { return std::to_string(below(random, 12)); }

std::string real_looking(Random& random) {
  std::string out = pick(random, {"", "", "", "1:", "2:", "0:"});
  out += number(random);
  for (auto n = below(random, 3); n > 0; --n) out += '.' + number(random);
  out += pick(random,
              {"", "", "~rc1", "~beta2", "+dfsg", "+dfsg1", "~git20240102.abc", "a", "+really1.2"});
  out += pick(random, {"", "-1", "-2", "-10", "-0ubuntu1", "-1ubuntu2", "-1.1", "-1~exp1"});
  return out + pick(random, {"", "", "", "+b1", "+b10", "+deb12u1", "~bpo12+1", ".1"});
}

// Valid by policy, so that dpkg reads it without complaint.
std::string valid(Random& random) {
  auto out = pick(random, {"", "", "1:"}) + number(random) + part(random, "0019ab.+~-", 6);
  if (out.back() == '-') out += '1';
  return out;
}

// No version by policy: letters in front, any signs inside. No empty parts: apt puts those before
// `0`, dpkg and policy call them equal, and so do we.
std::string arbitrary(Random& random) {
  const auto epoch = below(random, 4) == 0 ? part(random, "19", 3) : std::string();
  const auto upstream = part(random, "019abZ", 1) + "a" + part(random, "0019abZ.+~--", 8) + "1";
  return epoch.empty() ? upstream : epoch + ":" + upstream;
}

using Make = std::string (*)(Random&);

bool agrees_with_apt(Random& random, Make make, std::size_t cases) {
  for (std::size_t i = 0; i < cases; ++i) {
    const auto a = make(random);
    const auto b = make(random);
    const auto theirs = sign(debVS.CmpVersion(a, b));
    if (theirs == our_order(a, b)) continue;
    std::printf("apt: '%s' against '%s' is %d, ours %d\n", a.c_str(), b.c_str(), theirs,
                our_order(a, b));
    return false;
  }
  return true;
}

// One shell runs dpkg for all pairs: starting processes is what takes the time.
bool agrees_with_dpkg(Random& random, std::size_t cases) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string script;
  for (std::size_t i = 0; i < cases; ++i) {
    const auto make = i % 2 == 0 ? real_looking : valid;
    const auto& [a, b] = pairs.emplace_back(make(random), make(random));
    const auto both = "'" + a + "' ";
    script += "if dpkg --compare-versions " + both + "lt '" + b + "'; then echo -1; elif dpkg " +
              "--compare-versions " + both + "eq '" + b + "'; then echo 0; else echo 1; fi\n";
  }
  char name[] = "/tmp/version_oracle.XXXXXX";
  const int file = mkstemp(name);
  if (file < 0) return false;
  std::FILE* out = fdopen(file, "w");
  std::fwrite(script.data(), 1, script.size(), out);
  std::fclose(out);
  std::FILE* in = popen((std::string("sh ") + name).c_str(), "r");
  bool equal = in != nullptr;
  for (const auto& [a, b] : pairs) {
    int theirs = 2;
    if (!equal || std::fscanf(in, "%d", &theirs) != 1) theirs = 2;
    if (theirs == our_order(a, b)) continue;
    std::printf("dpkg: '%s' against '%s' is %d, ours %d\n", a.c_str(), b.c_str(), theirs,
                our_order(a, b));
    equal = false;
    break;
  }
  if (in != nullptr) pclose(in);
  std::remove(name);
  return equal;
}

}  // namespace

int main(int argc, char** argv) {
  const auto seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1ULL;
  const auto apt_cases = sluice::test::rounds(std::size_t{1'000'000});  // about a second
  const auto dpkg_cases = sluice::test::rounds(std::size_t{500});  // about two: each starts dpkg
  Random random(seed);
  for (const auto make : {real_looking, valid, arbitrary})
    if (!agrees_with_apt(random, make, apt_cases)) return 1;
  if (!agrees_with_dpkg(random, dpkg_cases)) return 1;
  std::printf("versions: %zu cases equal to apt, %zu to dpkg (seed %llu)\n", 3 * apt_cases,
              dpkg_cases, seed);
}
