/* frame - a vector over the steps of a grid: what expressions evaluate to */
#include "metrics/frame.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

int promql_evaluation_error(struct evaluation *ev, const char *format, ...)
{
	char message[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return error_set(ev->err, ERROR_INPUT, ERROR_NO_POSITION, "PromQL: %s", message);
}

int64_t promql_when_time(const struct evaluation *ev, const struct promql_when *when, uint32_t step)
{
	switch (when->at) {
	case PROMQL_AT_STEP:
		return grid_time(&ev->grid, step) - when->offset_ms;
	case PROMQL_AT_TIME:
		return when->at_ms - when->offset_ms;
	case PROMQL_AT_START:
		return ev->query.from_ms - when->offset_ms;
	case PROMQL_AT_END:
		return ev->query.to_ms - when->offset_ms;
	}
	return 0;
}

static struct row *row_push(struct evaluation *ev, struct frame *frame, struct row row)
{
	uint32_t capacity = vec_capacity(frame->count, frame->capacity);
	if (capacity != frame->capacity) {
		frame->rows =
			arena_grow(ev->arena, frame->rows, frame->capacity * sizeof(struct row),
				   capacity * sizeof(struct row));
		frame->capacity = capacity;
	}
	frame->rows[frame->count] = row;
	return &frame->rows[frame->count++];
}

double *promql_frame_add(struct evaluation *ev, struct frame *frame, struct labelset labels,
			 bool drop_name)
{
	ev->use->values += ev->grid.count + 1ull;
	if (ev->use->values > PROMQL_SAMPLES_MAX) {
		promql_evaluation_error(
			ev,
			"the query holds more than %d values; ask for a shorter range or "
			"fewer series",
			PROMQL_SAMPLES_MAX);
		return NULL;
	}
	struct row row = { .labels = labels, .drop_name = drop_name };
	row.values = arena_alloc_raw(ev->arena, MAX(ev->grid.count, 1u) * sizeof(double),
				     _Alignof(double));
	for (uint32_t i = 0; i < ev->grid.count; i++)
		row.values[i] = sample_stale();
	return row_push(ev, frame, row)->values;
}

int promql_frame_add_constant(struct evaluation *ev, struct frame *frame, struct labelset labels,
			      double value)
{
	double *values = promql_frame_add(ev, frame, labels, false);
	if (!values)
		return -1;
	for (uint32_t i = 0; i < ev->grid.count; i++)
		values[i] = value;
	return 0;
}

static int row_merge(struct evaluation *ev, struct row *into, const struct row *from)
{
	bool taken = false;
	for (uint32_t i = 0; i < ev->grid.count; i++) {
		if (!is_present(from->values[i]))
			continue;
		if (is_present(into->values[i]))
			return promql_evaluation_error(
				ev, "two series of the result have the same labels");
		into->values[i] = from->values[i];
		taken = true;
	}
	into->drop_name |= taken && from->drop_name;
	return 0;
}

int promql_frame_merge(struct evaluation *ev, struct frame *frame)
{
	struct labelset_table table;
	labelset_table_init(&table, ev->arena);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < frame->count; i++) {
		uint32_t number = labelset_table_add(&table, frame->rows[i].labels);
		if (number == kept)
			frame->rows[kept++] = frame->rows[i];
		else if (row_merge(ev, &frame->rows[number], &frame->rows[i]) < 0)
			return -1;
	}
	frame->count = kept;
	return 0;
}

int promql_scalars_read(struct evaluation *ev, const struct promql *const *args, uint32_t count,
			struct scalars *ret)
{
	ret->values = arena_array(ev->arena, const double *, count);
	ret->now = arena_array(ev->arena, double, count + 1);
	ret->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct frame frame = {};
		if (promql_evaluate(ev, args[i], &frame) < 0)
			return -1;
		assert(frame.count == 1);
		ret->values[i] = frame.rows[0].values;
	}
	return 0;
}

const double *promql_scalars_at(struct scalars *scalars, uint32_t step)
{
	for (uint32_t i = 0; i < scalars->count; i++)
		scalars->now[i] = scalars->values[i][step];
	return scalars->now;
}

struct groups promql_groups_make(struct arena *arena, const uint32_t *group_of_row,
				 uint32_t row_count, uint32_t group_count)
{
	struct groups groups = { .count = group_count };
	groups.members = arena_array(arena, uint32_t, row_count);
	groups.first = arena_array(arena, uint32_t, group_count + 2);
	/* Counted one place further on, so that filling moves each start to where it belongs. */
	for (uint32_t i = 0; i < row_count; i++)
		if (group_of_row[i] != GROUP_NONE)
			groups.first[group_of_row[i] + 2]++;
	for (uint32_t g = 2; g <= group_count; g++)
		groups.first[g] += groups.first[g - 1];
	for (uint32_t i = 0; i < row_count; i++)
		if (group_of_row[i] != GROUP_NONE)
			groups.members[groups.first[group_of_row[i] + 1]++] = i;
	return groups;
}
