/* rules - every rule of forge check: its id, how severe it is, and what it says */
#include "check/rules.h"

const struct rule check_rules[RULE_COUNT] = {
#define X(name, id, severity, summary) [name] = { STR_INIT(id), severity, STR_INIT(summary) },
	CHECK_RULES(X)
#undef X
};
