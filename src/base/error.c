/* error - why an operation could not be done */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, enum error_code code, uint32_t position, const char *format, ...)
{
	va_list args;

	err->code = code;
	err->position = position;
	err->hint[0] = '\0';
	err->via_count = 0;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int error_errno(struct error *err, enum error_code code, int number, const char *format, ...)
{
	va_list args;
	char reason[128];

	err->code = code;
	err->position = ERROR_NO_POSITION;
	err->hint[0] = '\0';
	err->via_count = 0;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return error_append(err, ": %s", strerror_r(number, reason, sizeof(reason)));
}

int error_hint(struct error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
	return -1;
}

int error_via(struct error *err, uint32_t position)
{
	if (position == ERROR_NO_POSITION || position == err->position)
		return -1;
	if (err->via_count == ERROR_VIA_MAX)
		err->via_count--;
	err->via[err->via_count++] = position;
	return -1;
}

int error_wrap(struct error *err, const char *format, ...)
{
	char inner[ERROR_TEXT_BYTES];
	va_list args;

	memcpy(inner, err->text, sizeof(inner));
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return error_append(err, ": %s", inner);
}

int error_append(struct error *err, const char *format, ...)
{
	size_t len = strlen(err->text);
	va_list args;

	va_start(args, format);
	vsnprintf(err->text + len, sizeof(err->text) - len, format, args);
	va_end(args);
	return -1;
}
