#include "migrate/finding.h"

namespace sluice::migrate {

std::string_view text_of(PolicyId policy) {
  switch (policy) {
    case PolicyId::finder: return "finder";
    case PolicyId::depends: return "depends";
    case PolicyId::rc_bugs: return "rc-bugs";
    case PolicyId::piuparts: return "piuparts";
    case PolicyId::autopkgtest: return "autopkgtest";
    case PolicyId::age: return "age";
    case PolicyId::block: return "block";
    case PolicyId::implicit_deps: return "implicit-deps";
    case PolicyId::builtonbuildd: return "builtonbuildd";
    case PolicyId::block_bugs: return "block-bugs";
    case PolicyId::update_excuse: return "update-excuse";
    case PolicyId::source_ppa: return "source-ppa";
    case PolicyId::linux_meta: return "linux";
    case PolicyId::build_depends: return "build-depends";
    case PolicyId::built_using: return "built-using";
    case PolicyId::sru_regression: return "sruadtregression";
    case PolicyId::email: return "email";
  }
  return "";
}

}  // namespace sluice::migrate
