// SPDX-License-Identifier: MIT
// OTLP exports in protobuf: decoding, mapping and both read views of the metadata (otlp_check.h).
#include "otlp_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_export(data, size, OTLP_PROTOBUF);
    return 0;
}
