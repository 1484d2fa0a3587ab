// SPDX-License-Identifier: MIT
// The figures of one run, for people and for scripts. Only acknowledged observations count.
#include "bench/bench.h"
#include "json/write.h"

static double per_second(int64_t n, const struct bench_result *r)
{
    return r->seconds > 0 ? (double)n / r->seconds : 0;
}

static double ms(int64_t ns)
{
    return (double)ns / 1e6;
}

static const char *kind_name(enum bench_kind kind)
{
    return kind == BENCH_OTLP ? "OTLP protobuf" : "batch JSON";
}

void bench_print(const struct bench_options *opt, const struct bench_result *r)
{
    double each = r->observations > 0 ? (double)r->bytes / (double)r->observations : 0;
    printf("%s to http://%.*s%.*s, %lld connections, %lld observations of %.0f bytes per request\n",
           kind_name(opt->kind), STR_ARG(opt->target.authority), STR_ARG(opt->target.base_path),
           (long long)opt->connections, (long long)opt->per_batch, each);
    printf("  acknowledged  %lld observations in %.2f s\n", (long long)r->observations, r->seconds);
    printf("  rate          %.0f observations/s, %.1f requests/s, %.1f MB/s\n",
           per_second(r->observations, r), per_second(r->requests, r),
           per_second(r->bytes, r) / 1e6);
    printf("  answer time   p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms%s\n", ms(r->p50_ns),
           ms(r->p95_ns), ms(r->p99_ns), ms(r->max_ns),
           opt->rate > 0 ? " (from the planned time)" : "");
    printf("  generator     %.2f s of processor time\n", r->generator_cpu_s);
    printf("  errors        %lld\n", (long long)r->errors);
    if (str_some(r->first_error))
        printf("  first error   %.*s\n", STR_ARG(r->first_error));
}

void bench_print_json(const struct bench_options *opt, const struct bench_result *r)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    buf_init(&b, 64 << 10);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kstr(&w, STR("kind"), opt->kind == BENCH_OTLP ? STR("otlp") : STR("batch"));
    jw_ki64(&w, STR("connections"), opt->connections);
    jw_ki64(&w, STR("perBatch"), opt->per_batch);
    jw_kdouble(&w, STR("seconds"), r->seconds);
    jw_ki64(&w, STR("observations"), r->observations);
    jw_ki64(&w, STR("requests"), r->requests);
    jw_ki64(&w, STR("bytes"), r->bytes);
    jw_kdouble(&w, STR("observationsPerSecond"), per_second(r->observations, r));
    jw_kdouble(&w, STR("requestsPerSecond"), per_second(r->requests, r));
    jw_kdouble(&w, STR("p50Ms"), ms(r->p50_ns));
    jw_kdouble(&w, STR("p95Ms"), ms(r->p95_ns));
    jw_kdouble(&w, STR("p99Ms"), ms(r->p99_ns));
    jw_kdouble(&w, STR("maxMs"), ms(r->max_ns));
    jw_kdouble(&w, STR("generatorCpuSeconds"), r->generator_cpu_s);
    jw_ki64(&w, STR("errors"), r->errors);
    jw_kstr(&w, STR("firstError"), r->first_error);
    jw_object_end(&w);
    printf("%.*s\n", STR_ARG(buf_str(&b)));
}
