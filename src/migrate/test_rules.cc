#include "migrate/test_rules.h"

#include "migrate/test_answer.h"

namespace sluice::migrate {

TestRules test_rules_of(RuleSet rules) {
  switch (rules) {
    case RuleSet::ubuntu:
      return {.own_tests_need_package = true,
              .meta_in_source_suite = true,
              .gcc_of_any_number = true,
              .gcc_sorted = true,
              .special_sources = true,
              .triggers_must_differ = true,
              .requests_have_time = true,
              .distrusted_are_dropped = false,
              .of_failure = failure_ubuntu,
              .blacklisted_is_special = true,
              .uninstallable_delays = false,
              .ignored_are_shown = false,
              .reference_has_retry = true,
              .logs_in_swift = false};
    case RuleSet::debian: break;
  }
  return {.own_tests_need_package = false,
          .meta_in_source_suite = false,
          .gcc_of_any_number = false,
          .gcc_sorted = false,
          .special_sources = false,
          .triggers_must_differ = false,
          .requests_have_time = false,
          .distrusted_are_dropped = true,
          .of_failure = failure_debian,
          .blacklisted_is_special = false,
          .uninstallable_delays = true,
          .ignored_are_shown = true,
          .reference_has_retry = false,
          .logs_in_swift = true};
}

}  // namespace sluice::migrate
