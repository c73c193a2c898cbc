#include "flow/learn_ends.h"

#include "adt/run_messages.h"

namespace sluice::flow {
namespace {

base::Result<queue::Settle> enter_end(JobDesk& desk, const queue::AmqpDelivery& delivery,
                                      base::Instant now) {
  if (const auto whole = check_whole(delivery); !whole)
    return reject(desk, delivery, whole.error().text(), now);
  const auto end = adt::parse_complete(delivery.body);
  if (!end) return reject(desk, delivery, end.error().text(), now);
  const auto entered = desk.foreign_end(*end, now);
  if (entered) return queue::Settle::accept;
  // What contradicts our rows will do so again, and must not come for ever.
  const auto kind = entered.error().kind;
  if (kind == base::ErrorKind::conflict || kind == base::ErrorKind::invalid)
    return reject(desk, delivery, entered.error().text(), now);
  return std::unexpected(entered.error());
}

}  // namespace

LearnEnds::LearnEnds(queue::MessageSource& source, Keeper& keeper, base::Log& log)
    : messages_(source, keeper, log, "ends of tests", enter_end) {}

}  // namespace sluice::flow
